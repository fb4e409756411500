// SPDX-License-Identifier: BSL-1.0
// How a worker is told its database: one environment variable, so that no argument list shows it.
// Threads: any.
#pragma once

#include <enginebay/config.hpp>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::conformance {

struct WorkerConfig {
    DatabaseConfig database;
    std::vector<std::filesystem::path> plugin_path;
};

std::string encode(const WorkerConfig& config);
WorkerConfig decode(std::string_view text);

}  // namespace enginebay::conformance
