// SPDX-License-Identifier: BSL-1.0
// Program: what the commands share, each part made when it is first asked for.
// Threads: one.  Ownership: owns settings, plugin host, engine and migrations.
#pragma once

#include <enginebay/engine.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/plugin_host.hpp>
#include <enginebay/settings.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace enginebay::cli {

/// The options that every command takes.
struct Options {
    std::optional<std::filesystem::path> config;
    std::string product;
    std::vector<std::string> overrides;  ///< KEY=VALUE
    bool json{false};
};

class Program {
public:
    explicit Program(const Options& options) : options_{options} {}

    [[nodiscard]] bool json() const noexcept { return options_.json; }
    const Settings& settings();
    PluginHost& host();
    Engine& engine();
    /// An engine that is made to write SQL, not to connect: the configured one, or of `backend`.
    std::unique_ptr<Engine> offline_engine(const std::string& backend);
    const MigrationSet& migration_set();
    Migrations& migrations();

    /// The name of the lock that the product's daemon holds while it runs.
    std::string lock_name() { return settings().database.product + "-daemon"; }

private:
    const Options& options_;
    std::optional<Settings> settings_;
    std::unique_ptr<PluginHost> host_;
    std::unique_ptr<Engine> engine_;
    std::optional<MigrationSet> migration_set_;
    std::unique_ptr<Migrations> migrations_;
};

/// "pid 7 on host since 2026-01-01T00:00:00Z", as far as it is known.
std::string describe(const LockHolder& holder);

}  // namespace enginebay::cli
