// SPDX-License-Identifier: BSL-1.0
// Where the daemon listens.
// Threads: pure.
#pragma once

#include <enginebay/settings.hpp>

#include <filesystem>
#include <optional>

namespace teleclaude {

/// The command line's path, else TELECLAUDE_SOCKET, else the file's, else `teleclauded.sock` in
/// XDG_RUNTIME_DIR or the working directory. Throws Errc::configuration for a path that is longer
/// than a socket's may be.
std::filesystem::path socket_path(const std::optional<std::filesystem::path>& from_command_line,
                                  const std::optional<std::filesystem::path>& from_file,
                                  const enginebay::SettingsSource& source);

}  // namespace teleclaude
