// SPDX-License-Identifier: BSL-1.0
// Daemon: everything that runs, put together step by step and taken apart in the opposite order.
// Threads: one.  Ownership: owns all of it; borrows the Lifetime.
#pragma once

#include "api/http.hpp"
#include "api/listener.hpp"
#include "api/prober.hpp"
#include "api/server.hpp"
#include "lifetime.hpp"
#include "lock_keeper.hpp"
#include "loops/loop.hpp"
#include "options.hpp"
#include "startup/own_settings.hpp"
#include "startup/pid_file.hpp"
#include "statement_metrics.hpp"
#include "store/store.hpp"

#include <enginebay/database.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/plugin_host.hpp>
#include <enginebay/settings.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace teleclaude {

/// What a start is made from.
struct StartInput {
    enginebay::ConfigSpec spec;
    enginebay::SettingsSource source;
    Options options;
};

class Daemon {
public:
    Daemon(StartInput input, Lifetime& lifetime);
    Daemon(const Daemon&) = delete;
    Daemon& operator=(const Daemon&) = delete;
    /// Stops what still runs.
    ~Daemon();

    /// Settings, plugin, instance lock, migrations, store, loops, socket. Throws Error, and Ending
    /// when the end was asked for meanwhile; what was started is stopped by stop().
    void start();
    /// What was started, in plain words, a fact a line.
    [[nodiscard]] std::string summary();
    /// Takes no more requests, finishes those under way, ends the loops, folds the log, closes the
    /// database, gives the lock back.
    void stop() noexcept;
    /// Reads again what may change while it runs: the log's level.
    void reload();

private:
    void read_settings();
    [[nodiscard]] std::filesystem::path pid_file_path() const;
    void load_plugin();
    void take_lock();
    void migrate();
    void upgrade(enginebay::Migrations& migrations, enginebay::Session* session);
    void check_migrations(enginebay::Migrations& migrations, enginebay::Session* session);
    void report(const enginebay::MigrationProgress& progress) const;
    void open_store();
    void start_loops();
    void open_socket();
    [[nodiscard]] std::vector<Resource> resources();
    void apply_log_level(const OwnSettings& own) const;
    void close_database() noexcept;

    StartInput input_;
    Lifetime& lifetime_;
    enginebay::Settings settings_;
    OwnSettings own_;
    std::filesystem::path socket_path_;
    std::string revision_;
    std::string server_version_;
    enginebay::UpgradeReport upgraded_;
    std::atomic<bool> ready_{false};
    std::shared_ptr<StatementMetrics> statements_{std::make_shared<StatementMetrics>()};

    std::optional<enginebay::PluginHost> host_;
    std::optional<enginebay::Database> database_;
    std::optional<LockKeeper> lock_;
    std::optional<Store> store_;
    std::optional<PidFile> pid_file_;
    std::optional<Prober> prober_;
    std::vector<std::unique_ptr<Loop>> loops_;
    std::optional<Listener> listener_;
    RequestMetrics requests_;
    std::optional<Router> router_;
    std::optional<Server> server_;
};

}  // namespace teleclaude
