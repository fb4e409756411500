// SPDX-License-Identifier: BSL-1.0
#include "processes.hpp"

#include "support/child_process.hpp"

#include <chrono>
#include <stdexcept>

namespace enginebay::bench {
namespace {

std::string output_of(const std::vector<std::string>& arguments,
                      const testing::Environment& environment = {}) {
    const testing::RunResult result = testing::run(arguments, environment);
    if (result.exit_status != 0) {
        throw std::runtime_error{arguments.front() + " ended with " +
                                 std::to_string(result.exit_status) + ": " + result.err};
    }
    return result.out;
}

double milliseconds_of(const std::vector<std::string>& arguments,
                       const testing::Environment& environment) {
    const auto started = std::chrono::steady_clock::now();
    output_of(arguments, environment);
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - started;
    return elapsed.count();
}

std::vector<std::string> raw_start(const DatabaseConfig& config) {
    const std::string program = testing::program("enginebay_bench_start_" + config.engine);
    if (!config.path.empty()) {
        return {program, config.path};
    }
    return {program, config.host, std::to_string(config.port), config.dbname, config.user};
}

}  // namespace

void measure_plugin_load(Collector& collector, const std::string& backend, int rounds) {
    const std::string child = testing::program("enginebay_bench_child");
    const std::filesystem::path folder = testing::build_path("ENGINEBAY_TEST_PLUGIN_DIR");
    const std::string file = folder / (backend + ".so");
    for (int round = 0; round < rounds; ++round) {
        const double raw = std::stod(output_of({child, "dlopen", file})) / 1000;
        const double ours = std::stod(output_of({child, "load", folder, backend})) / 1000;
        if (round > 0) {  // the first one warms the page cache
            collector.add("plugin load", backend, "raw", raw);
            collector.add("plugin load", backend, "ours", ours);
        }
    }
}

void measure_start(Collector& collector, testing::Backend& backend, int rounds) {
    const testing::TestDatabase database = backend.create_database();
    testing::Environment environment = database.environment();
    environment["BENCH_PASSWORD"] = database.config().password;
    const std::vector<std::string> upgrade{testing::program("enginebay"), "upgrade"};
    output_of(upgrade, environment);
    for (int round = 0; round < rounds; ++round) {
        const double raw = milliseconds_of(raw_start(database.config()), environment);
        const double ours = milliseconds_of(upgrade, environment);
        if (round > 0) {
            collector.add("no-op upgrade", backend.name(), "raw", raw);
            collector.add("no-op upgrade", backend.name(), "ours", ours);
        }
    }
}

}  // namespace enginebay::bench
