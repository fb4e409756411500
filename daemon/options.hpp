// SPDX-License-Identifier: BSL-1.0
// What the command line asks for.
// Threads: plain values.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace teleclaude {

struct Options {
    std::optional<std::filesystem::path> config;    ///< --config
    std::optional<std::filesystem::path> socket;    ///< --socket
    std::optional<std::filesystem::path> pid_file;  ///< --pidfile
    std::optional<unsigned> umask;                  ///< --umask
    bool check{false};                              ///< --check
    bool background{false};                         ///< --daemon
};

/// Either what to do, or what was already said and with which status the program ends.
struct ParsedOptions {
    Options options;
    std::optional<int> exit_status;
};

/// Reads the command line; prints help, version or the usage error itself.
ParsedOptions parse_options(int argc, const char* const* argv);

/// "0.1.0"
std::string program_version();

}  // namespace teleclaude
