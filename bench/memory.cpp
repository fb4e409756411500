// SPDX-License-Identifier: BSL-1.0
#include "memory.hpp"

#include "ours.hpp"
#include "peer.hpp"
#include "python_peer.hpp"

#include <enginebay/database.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>

namespace enginebay::bench {
namespace {

constexpr std::int64_t many_rows = 1'000'000;

/// A field of /proc/self/status, in megabytes.
double status_field(const std::string& name) {
    std::ifstream status{"/proc/self/status"};
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with(name + ":")) {
            return std::stod(line.substr(name.size() + 1)) / 1024;
        }
    }
    throw std::runtime_error{"/proc/self/status has no " + name};
}

/// Prepares, then works, and gives by how much the work made this process grow.
using Growth = std::function<double()>;

double growth_of(const std::function<void()>& work) {
    const double before = status_field("VmRSS");
    work();
    return status_field("VmHWM") - before;
}

/// In a child: memory that was used and given back before would hide what the work takes.
double in_child(const Growth& growth) {
    int ends[2];
    if (::pipe(ends) != 0) {
        throw std::runtime_error{"no pipe to a child"};
    }
    const pid_t child = ::fork();
    if (child == 0) {
        double result = -1;
        try {
            result = growth();
        } catch (const std::exception& failure) {
            std::fprintf(stderr, "enginebay_bench: memory: %s\n", failure.what());
        }
        const bool told = ::write(ends[1], &result, sizeof result) == sizeof result;
        ::_exit(told ? 0 : 1);
    }
    ::close(ends[1]);
    double result = -1;
    const bool heard = ::read(ends[0], &result, sizeof result) == sizeof result;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    if (!heard || result < 0) {
        throw std::runtime_error{"a child could not measure its memory"};
    }
    return result;
}

double our_growth(const testing::TestDatabase& test_database) {
    Database database{test_database.engine(), PoolConfig{}};
    Session session = database.session();
    ours::point_read(session, 1);
    return growth_of([&session] { ours::scan(session); });
}

double peer_growth(const PeerApi& api, const DatabaseConfig& config) {
    const std::unique_ptr<Peer> peer = api.connect(config);
    peer->prepare_items();
    peer->point_read(1);
    return growth_of([&peer] { peer->scan(); });
}

}  // namespace

void measure_memory(Collector& collector, testing::Backend& backend, bool python, int rounds) {
    const std::string row = "memory of reading 1 M rows";
    const testing::TestDatabase test_database = backend.create_database();
    in_child([&test_database] {
        Database database{test_database.engine(), PoolConfig{}};
        Session session = database.session();
        ours::create_tables(session);
        ours::fill(session, many_rows, std::string(60, 'b'));
        return 0.0;
    });
    for (int round = 0; round < rounds; ++round) {
        collector.add(row, backend.name(), "ours",
                      in_child([&test_database] { return our_growth(test_database); }));
        for (const PeerApi& api : peer_apis()) {
            if (api.backend == backend.name()) {
                collector.add(row, backend.name(), api.name,
                              in_child([&] { return peer_growth(api, test_database.config()); }));
            }
        }
        if (python) {
            collector.add(row, backend.name(), "sqlalchemy",
                          PythonPeer{test_database}.run("memory", 1, 0));
        }
    }
}

}  // namespace enginebay::bench
