// SPDX-License-Identifier: BSL-1.0
// teleclaude_load: puts load on a running daemon, writes down what was acknowledged, and later
// holds the daemon to it.
#include "compare.hpp"
#include "journal.hpp"
#include "receiver.hpp"
#include "workload.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <chrono>
#include <exception>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace teleclaude::load;

struct Options {
    std::string socket{"teleclauded.sock"};
    std::string journal{"journal"};
    double seconds{10};
    int clients{8};
    int lock_ms{30'000};
    bool verify{false};
    bool compare{false};
    bool receive{false};
    int receivers{0};
    std::string config;
};

int put_load(const Options& options) {
    Journal journal{options.journal};
    Results results;
    const auto begin = std::chrono::steady_clock::now();
    const std::chrono::duration<double> length{options.seconds};
    {
        std::vector<std::jthread> threads;
        threads.reserve(static_cast<std::size_t>(options.clients));
        for (int number = 0; number < options.clients; ++number) {
            threads.emplace_back([&, number] {
                Client client{options.socket, number, std::chrono::milliseconds{options.lock_ms},
                              journal, results};
                while (std::chrono::steady_clock::now() - begin < length) {
                    client.step();
                }
            });
        }
    }
    std::cout << results.json(std::chrono::steady_clock::now() - begin) << std::endl;
    return results.wrong() == 0 ? 0 : 1;
}

int verify(const Options& options) {
    const std::vector<Entry> entries = Journal::read(options.journal);
    const std::vector<std::string> lost = missing(options.socket, entries);
    for (const std::string& each : lost) {
        std::cerr << each << '\n';
    }
    std::cout << fmt::format(R"({{"acknowledged":{},"lost":{}}})", entries.size(), lost.size())
              << std::endl;
    return lost.empty() ? 0 : 1;
}

int run(const Options& options) {
    if (options.receive) {
        std::cout << receive_once(options.config).count() << std::endl;
    } else if (options.receivers > 0) {
        std::cout << measure_receivers(options.config, options.receivers) << std::endl;
    } else if (options.compare) {
        std::cout << compare(options.config, options.socket, options.clients, options.seconds)
                  << std::endl;
    } else {
        return options.verify ? verify(options) : put_load(options);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app{
        "Puts load on a running teleclauded, or (--verify) asks it for all it has acknowledged."};
    app.add_option("--socket", options.socket, "The daemon's socket");
    app.add_option("--journal", options.journal, "What was acknowledged, a line each");
    app.add_option("--seconds", options.seconds, "How long");
    app.add_option("--clients", options.clients, "How many at once")->check(CLI::Range(1, 256));
    app.add_option("--lock-ms", options.lock_ms, "outboxes.lock of the daemon, in milliseconds");
    app.add_flag("--verify", options.verify, "Hold the daemon to the journal");
    app.add_flag("--compare", options.compare,
                 "Measure the busiest requests beside the store's calls (adds rows)");
    app.add_option("--receivers", options.receivers,
                   "Measure a hook receiver that works beside the daemon, so many processes")
        ->check(CLI::Range(1, 10'000));
    app.add_flag("--receive", options.receive, "Be one of them, and say the microseconds");
    app.add_option("--config", options.config,
                   "With --compare, --receivers, --receive: the daemon's configuration");
    CLI11_PARSE(app, argc, argv);
    try {
        return run(options);
    } catch (const std::exception& error) {
        std::cerr << "teleclaude_load: " << error.what() << '\n';
        return 1;
    }
}
