// SPDX-License-Identifier: BSL-1.0
// OwnSettings: the sections of the configuration that are the daemon's own, not the database's.
// Threads: plain values; read_own_settings() touches nothing but the file it reads.
//
//     api: {socket: ${WORKING_DIR}/teleclauded.sock}
//     log: {level: information}
//     loops: {checkpoint: 300s, voices: 1h, sessions: 1h}
//     keep: {idle_sessions: 72h, delivered: 30d}
//     outboxes: {lock: 30s, hook_attempts: 1000}
#pragma once

#include <enginebay/settings.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace teleclaude {

/// How often each loop works.
struct LoopSettings {
    std::chrono::milliseconds checkpoint{std::chrono::seconds{300}};
    std::chrono::milliseconds voices{std::chrono::hours{1}};
    std::chrono::milliseconds agents{std::chrono::minutes{1}};
    std::chrono::milliseconds listeners{std::chrono::minutes{10}};
    std::chrono::milliseconds outboxes{std::chrono::minutes{1}};
    std::chrono::milliseconds contracts{std::chrono::minutes{1}};
    std::chrono::milliseconds sessions{std::chrono::hours{1}};
    std::chrono::milliseconds retention{std::chrono::hours{1}};
};

/// How old things may become; nothing: they stay.
struct KeepSettings {
    using Age = std::optional<std::chrono::milliseconds>;
    Age idle_sessions{std::chrono::hours{72}};  ///< then they are closed
    Age unextracted{std::chrono::minutes{30}};  ///< idle sessions of people, till they are noted
    Age voices{std::chrono::hours{168}};
    Age listeners{std::chrono::minutes{10}};  ///< of sessions that are gone or closed
    Age delivered{};                          ///< rows of the outboxes
    Age closed_sessions{};
};

struct OutboxSettings {
    std::chrono::milliseconds lock{std::chrono::seconds{30}};
    std::chrono::milliseconds first_wait{std::chrono::seconds{1}};
    std::chrono::milliseconds longest_wait{std::chrono::seconds{60}};
    std::int64_t hook_attempts{1'000};  ///< 0: without end
    std::int64_t notification_attempts{10};
    std::int64_t webhook_attempts{10};
};

struct OwnSettings {
    std::optional<std::filesystem::path> socket;  ///< absolute
    std::optional<std::string> log_level;
    LoopSettings loops;
    KeepSettings keep;
    OutboxSettings outboxes;
};

/// From the file that `settings` came from; defaults where there is none. Throws
/// Errc::configuration with file:line:column for an unknown key and a wrong value.
OwnSettings read_own_settings(const enginebay::Settings& settings,
                              const enginebay::SettingsSource& source);

}  // namespace teleclaude
