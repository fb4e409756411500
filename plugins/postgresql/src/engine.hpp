// SPDX-License-Identifier: BSL-1.0
// PostgresEngine: one configured database of one server.
// Threads: every function from any thread.
#pragma once

#include "conninfo.hpp"
#include "dialect.hpp"
#include "options.hpp"

#include <enginebay/engine.hpp>

#include <atomic>
#include <memory>
#include <string>

namespace enginebay::postgresql {

/// What the plugin states; an engine behind a pooler states less.
inline constexpr Capabilities stated_capabilities{Capability::transactional_ddl,
                                                  Capability::full_text,
                                                  Capability::parallel_writers,
                                                  Capability::skip_locked,
                                                  Capability::native_boolean,
                                                  Capability::native_timestamp,
                                                  Capability::cancel,
                                                  Capability::alter_column,
                                                  Capability::online_index,
                                                  Capability::remote_lock};

class PostgresEngine final : public Engine {
public:
    /// Checks the configuration and opens nothing.
    explicit PostgresEngine(DatabaseConfig config);

    std::unique_ptr<Connection> connect(Access access) override;
    [[nodiscard]] const Dialect& dialect() const noexcept override { return dialect_; }
    [[nodiscard]] Capabilities capabilities() const noexcept override {
        return stated_capabilities;
    }
    std::unique_ptr<Migrator> migrator() override;
    std::unique_ptr<InstanceLock> instance_lock(LockOptions options) override;
    [[nodiscard]] std::uint32_t connection_limit() const noexcept override { return 0; }
    [[nodiscard]] std::string location() const override;
    std::string server_version(Connection& connection) override;
    std::vector<EffectiveSetting> effective_settings(Connection& connection) override;
    CheckpointResult checkpoint(Connection& connection) override;

private:
    std::unique_ptr<Connection> open(const Parameters& parameters,
                                     const std::vector<SessionSetting>& settings, Access access);

    DatabaseConfig config_;
    Options options_;
    PostgresDialect dialect_;
    std::atomic<bool> doubtful_;                   ///< a login failed: a look is due before Poco's
    std::atomic<bool> no_startup_options_{false};  ///< what is between refuses them
};

}  // namespace enginebay::postgresql
