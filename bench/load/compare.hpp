// SPDX-License-Identifier: BSL-1.0
// Compare: the two busiest requests beside the calls of the store they stand for.
// Threads: one; it starts its own.
#pragma once

#include <filesystem>
#include <string>

namespace teleclaude::load {

/// Works for `seconds` on each of the four with `clients` threads: on the database that `config`
/// names, and on the daemon at `socket`, which serves the same one. A JSON object of calls a
/// second.
std::string compare(const std::filesystem::path& config, const std::string& socket, int clients,
                    double seconds);

}  // namespace teleclaude::load
