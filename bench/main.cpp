// SPDX-License-Identifier: BSL-1.0
// The benchmark: EngineBay beside the raw C APIs and its peers, interleaved in one run.
// All sides run in rounds of random order on the same database; a row's figure is the median of
// its rounds, and what counts is the ratio: absolute times are this machine's.
#include "commits.hpp"
#include "contenders.hpp"
#include "documents.hpp"
#include "json.hpp"
#include "many_threads.hpp"
#include "memory.hpp"
#include "print.hpp"
#include "processes.hpp"
#include "processor.hpp"
#include "small_revisions.hpp"
#include "support/backends.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace enginebay::bench {
namespace {

struct Options {
    std::string json;
    std::string compare;
    std::string docs;
    std::string from;
    std::string only;
    bool quick{false};
};

constexpr const char* usage =
    "usage: enginebay_bench [--json FILE] [--docs FOLDER] [--compare FILE] [--from FILE] "
    "[--only REGEX] [--quick]";

Options parse(int argc, char** argv) {
    Options options;
    const std::map<std::string, std::string*> files{{"--json", &options.json},
                                                    {"--compare", &options.compare},
                                                    {"--docs", &options.docs},
                                                    {"--from", &options.from},
                                                    {"--only", &options.only}};
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--quick") {
            options.quick = true;
        } else if (const auto file = files.find(argument); file != files.end() && i + 1 < argc) {
            *file->second = argv[++i];
        } else {
            throw std::invalid_argument{usage};
        }
    }
    return options;
}

/// What each row must reach, in the report's order; a start may take longer where there is a server
/// to reach, and statements are sent together to save round trips.
Collector::Targets targets(const std::vector<testing::Backend*>& backends) {
    Collector::Targets all{{"point read", {"us", 1.05, 0}},
                           {"point read over TLS", {"us", 1.05, 0}},
                           {"checkout + point read", {"us", 1.10, 0}},
                           {"point read, 1 thread", {"us", 1.10, 0}},
                           {"point read, 2 threads", {"us", 1.10, 0}},
                           {"point read, 8 threads", {"us", 1.10, 0}},
                           {"checkout + point read, 2 threads", {"us", 0, 0}},
                           {"checkout + point read, 8 threads", {"us", 0, 0}},
                           {"100 reads together", {"us", 0, 0}},
                           {"100 reads in one transaction", {"us", 0.45, 0}},
                           {"100 reads together over TLS", {"us", 0.50, 0}},
                           {"upsert", {"us", 1.05, 0}},
                           {"transaction", {"us", 1.05, 0}},
                           {"transaction over TLS", {"us", 1.05, 0}},
                           {"durable write of 8 threads, 1 on the way", {"us", 0.50, 0}},
                           {"durable write of 8 threads, 16 on the way", {"us", 0.20, 0}},
                           {"scan", {"ms", 0.95, 0}},
                           {"memory of reading 1 M rows", {"MB", 0, 4}},
                           {"bulk insert", {"ms", 1.02, 0}},
                           {"bulk insert over TLS", {"ms", 0.75, 0}},
                           {"no-op upgrade", {"ms", 0, 15}},
                           {"17 small revisions", {"ms", 1.50, 0}},
                           {"plugin load", {"ms", 0, 10}}};
    for (testing::Backend* backend : backends) {
        if (backend->location() == Location::server) {
            all.emplace_back("100 reads together/" + backend->name(), Target{"us", 0.50, 0});
            all.emplace_back("100 reads in one transaction/" + backend->name(), Target{"us", 0, 0});
            all.emplace_back("bulk insert/" + backend->name(), Target{"ms", 0.75, 0});
            all.emplace_back("no-op upgrade/" + backend->name(), Target{"ms", 0, 30});
        }
    }
    return all;
}

void run_in_process(Collector& collector, const Options& options) {
    std::vector<std::string> arguments{
        "enginebay_bench",
        options.quick ? "--benchmark_repetitions=9" : "--benchmark_repetitions=31",
        options.quick ? "--benchmark_min_time=0.01" : "--benchmark_min_time=0.05",
        "--benchmark_enable_random_interleaving=true"};
    if (!options.only.empty()) {
        arguments.push_back("--benchmark_filter=" + options.only);
    }
    std::vector<char*> raw;
    for (std::string& argument : arguments) {
        raw.push_back(argument.data());
    }
    int count = static_cast<int>(raw.size());
    benchmark::Initialize(&count, raw.data());
    benchmark::RunSpecifiedBenchmarks(&collector);
}

std::vector<testing::Backend*> usable_backends(
    std::vector<std::unique_ptr<testing::Backend>>& owned) {
    std::vector<testing::Backend*> usable;
    for (const testing::BackendEntry& entry : testing::backends()) {
        owned.push_back(entry.make());
        if (const std::string why = owned.back()->unavailable(); !why.empty()) {
            std::cerr << entry.name << " is left out: " << why << '\n';
            continue;
        }
        usable.push_back(owned.back().get());
    }
    return usable;
}

bool python_is_there() {
    for (const std::string& missing : missing_peers()) {
        std::cerr << missing << " was not there when this was built and is left out\n";
    }
    const bool there = PythonPeer::available();
    if (!there) {
        std::cerr << "SQLAlchemy (python3-sqlalchemy, python3-psycopg2) is left out\n";
    }
    return there;
}

/// What needs processes or processors of its own, and a row it fills.
struct Alone {
    const char* row;
    std::function<void(Collector& collector, testing::Backend& backend)> measure;
};

void run_alone(Collector& collector, testing::Backend& backend, bool python,
               const Options& options) {
    std::cerr << "whole processes and threads on " << backend.name() << " ...\n";
    const bool quick = options.quick;
    const std::array<Alone, 6> all{
        Alone{"memory of reading 1 M rows",
              [=](auto& rows, auto& on) { measure_memory(rows, on, python, quick ? 1 : 3); }},
        Alone{"plugin load",
              [=](auto& rows, auto& on) { measure_plugin_load(rows, on.name(), quick ? 6 : 16); }},
        Alone{"no-op upgrade",
              [=](auto& rows, auto& on) { measure_start(rows, on, quick ? 6 : 16); }},
        Alone{"17 small revisions",
              [=](auto& rows, auto& on) { measure_small_revisions(rows, on, quick ? 6 : 16); }},
        Alone{"point read, 8 threads",
              [=](auto& rows, auto& on) { measure_threads(rows, on, quick ? 3 : 11); }},
        Alone{"durable write of 8 threads, 16 on the way",
              [=](auto& rows, auto& on) { measure_shared_commits(rows, on, quick ? 5 : 11); }}};
    const std::regex wanted{options.only};
    for (const Alone& each : all) {
        if (std::regex_search(each.row, wanted)) {
            each.measure(collector, backend);
        }
    }
}

using ContendersList = std::vector<std::unique_ptr<Contenders>>;

void add_contenders(ContendersList& all, testing::Backend& backend, bool python) {
    std::cerr << "filling a database on " << backend.name() << " ...\n";
    const testing::TestDatabase database = backend.create_database();
    all.push_back(std::make_unique<Contenders>(database, "", python));
    all.back()->fill();
    all.back()->connect();
    all.back()->register_rows();
    if (backend.location() == Location::server && std::getenv("ENGINEBAY_BENCH_TLS") != nullptr) {
        DatabaseConfig config = database.config();
        config.host = "127.0.0.1";
        config.options["sslmode"] = "require";
        const auto keeper = std::make_shared<testing::TestDatabase>(database);
        all.push_back(std::make_unique<Contenders>(testing::TestDatabase{config, keeper},
                                                   " over TLS", python));
        all.back()->connect();
        all.back()->register_round_trips();
    }
}

Report measure(const Options& options) {
    std::vector<Fact> facts = facts_of_this_machine();
    facts.emplace_back("rounds", options.quick ? "few (--quick)" : "all");
    std::vector<std::unique_ptr<testing::Backend>> owned;
    const std::vector<testing::Backend*> backends = usable_backends(owned);
    Collector collector{targets(backends)};
    const bool python = python_is_there();
    for (testing::Backend* backend : backends) {
        run_alone(collector, *backend, python, options);
    }
    pin_process(0);
    ContendersList contenders;
    for (testing::Backend* backend : backends) {
        add_contenders(contenders, *backend, python);
    }
    std::cerr << "interleaved rounds ...\n";
    run_in_process(collector, options);
    Report report{std::move(facts), collector.rows()};
    const std::vector<Fact> libraries = library_versions();
    report.facts.insert(report.facts.end(), libraries.begin(), libraries.end());
    for (const auto& side : contenders) {
        side->describe(report.facts);
    }
    for (const std::string& failure : collector.failures()) {
        std::cerr << "failed: " << failure << '\n';
    }
    if (!collector.failures().empty()) {
        throw std::runtime_error{"not every row could be measured"};
    }
    return report;
}

int run(const Options& options) {
    const Report report = options.from.empty() ? measure(options) : read_json(options.from);
    print_table(std::cout, report);
    if (!options.json.empty()) {
        std::ostringstream json;
        print_json(json, report);
        write_file(options.json, json.str());
    }
    if (!options.docs.empty()) {
        write_documents(options.docs, report);
    }
    return options.compare.empty() ||
                   print_comparison(std::cout, read_json(options.compare), report)
               ? 0
               : 1;
}

}  // namespace
}  // namespace enginebay::bench

int main(int argc, char** argv) {
    try {
        return enginebay::bench::run(enginebay::bench::parse(argc, argv));
    } catch (const std::invalid_argument& mistake) {
        std::cerr << mistake.what() << '\n';
        return 64;
    } catch (const std::exception& failure) {
        std::cerr << "enginebay_bench: " << failure.what() << '\n';
        return 1;
    }
}
