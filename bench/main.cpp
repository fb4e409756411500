// SPDX-License-Identifier: BSL-1.0
// The benchmark: EngineBay beside the raw C APIs, interleaved in one run.
// Both sides run in rounds of random order on the same database; a row's figure is the median of
// its rounds, and what counts is the ratio: absolute times are this machine's.
#include "commits.hpp"
#include "contenders.hpp"
#include "processes.hpp"
#include "processor.hpp"
#include "report.hpp"
#include "support/backends.hpp"

#include <benchmark/benchmark.h>

#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace enginebay::bench {
namespace {

const std::vector<RawApi> raw_apis{
#if defined(ENGINEBAY_BENCH_SQLITE)
    {"sqlite", connect_raw_sqlite},
#endif
#if defined(ENGINEBAY_BENCH_POSTGRESQL)
    {"postgresql", connect_raw_postgresql},
#endif
};

struct Options {
    std::string json;
    bool quick{false};
};

Options parse(int argc, char** argv) {
    Options options;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--quick") {
            options.quick = true;
        } else if (argument == "--json" && i + 1 < argc) {
            options.json = argv[++i];
        } else {
            throw std::invalid_argument{"usage: enginebay_bench [--json FILE] [--quick]"};
        }
    }
    return options;
}

/// The targets of each row; a start may take longer where there is a server to reach.
std::map<std::string, Target> targets(const std::vector<testing::Backend*>& backends) {
    std::map<std::string, Target> all{
        {"point read", {"us", 1.05, 0}},
        {"checkout + point read", {"us", 1.10, 0}},
        {"upsert", {"us", 1.05, 0}},
        {"scan", {"ms", 0.95, 0}},
        {"bulk insert", {"ms", 1.02, 0}},
        {"plugin load", {"ms", 0, 10}},
        {"100 reads together", {"us", 0.50, 0}},
        {"durable write of 8 threads, 1 on the way", {"us", 0.50, 0}},
        {"durable write of 8 threads, 16 on the way", {"us", 0.20, 0}}};
    for (testing::Backend* backend : backends) {
        all["no-op upgrade/" + backend->name()] = {
            "ms", 0, backend->location() == Location::file ? 15.0 : 30.0};
        if (backend->location() == Location::server) {
            all["bulk insert/" + backend->name()] = {"ms", 0.75, 0};
        }
    }
    return all;
}

void run_in_process(Collector& collector, bool quick) {
    std::vector<std::string> arguments{
        "enginebay_bench", quick ? "--benchmark_repetitions=9" : "--benchmark_repetitions=31",
        quick ? "--benchmark_min_time=0.01" : "--benchmark_min_time=0.05",
        "--benchmark_enable_random_interleaving=true"};
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

int run(const Options& options) {
    std::vector<std::unique_ptr<testing::Backend>> owned;
    const std::vector<testing::Backend*> backends = usable_backends(owned);
    Collector collector{targets(backends)};
    for (testing::Backend* backend : backends) {
        std::cerr << "whole processes on " << backend->name() << " ...\n";
        measure_plugin_load(collector, backend->name(), options.quick ? 6 : 16);
        measure_start(collector, *backend, options.quick ? 6 : 16);
        measure_shared_commits(collector, *backend, options.quick ? 5 : 11);
    }
    pin_process(0);
    std::vector<std::unique_ptr<Contenders>> contenders;
    for (testing::Backend* backend : backends) {
        for (const RawApi& api : raw_apis) {
            if (api.backend == backend->name()) {
                std::cerr << "filling a database on " << backend->name() << " ...\n";
                contenders.push_back(std::make_unique<Contenders>(*backend, api));
                contenders.back()->register_rows();
            }
        }
    }
    std::cerr << "interleaved rounds ...\n";
    run_in_process(collector, options.quick);
    const std::vector<Row> rows = collector.rows();
    print_table(std::cout, rows);
    if (!options.json.empty()) {
        std::ofstream file{options.json};
        print_json(file, rows);
        if (!file.flush()) {
            throw std::runtime_error{"cannot write " + options.json};
        }
    }
    for (const std::string& failure : collector.failures()) {
        std::cerr << "failed: " << failure << '\n';
    }
    return collector.failures().empty() ? 0 : 1;
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
