// SPDX-License-Identifier: BSL-1.0
// OwnSettings: the sections of the configuration that are the daemon's own, not the database's.
// Threads: plain values; read_own_settings() touches nothing but the file it reads.
//
//     api: {socket: ${WORKING_DIR}/teleclauded.sock}
//     log: {level: information}
//     loops: {checkpoint: 300s, voices: 1h}
#pragma once

#include <enginebay/settings.hpp>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace teleclaude {

struct OwnSettings {
    std::optional<std::filesystem::path> socket;  ///< absolute
    std::optional<std::string> log_level;
    std::chrono::milliseconds checkpoint{std::chrono::seconds{300}};
    std::chrono::milliseconds voices{std::chrono::hours{1}};
};

/// From the file that `settings` came from; defaults where there is none. Throws
/// Errc::configuration with file:line:column for an unknown key and a wrong value.
OwnSettings read_own_settings(const enginebay::Settings& settings,
                              const enginebay::SettingsSource& source);

}  // namespace teleclaude
