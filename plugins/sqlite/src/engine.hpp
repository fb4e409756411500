// SPDX-License-Identifier: BSL-1.0
// SqliteEngine: one database file.
// Threads: any.  Ownership: shares its write queue with its connections.
#pragma once

#include "database_file.hpp"
#include "dialect.hpp"
#include "options.hpp"
#include "write_queue.hpp"

#include <enginebay/engine.hpp>

#include <memory>
#include <string>

namespace enginebay::sqlite {

class SqliteEngine final : public Engine {
public:
    explicit SqliteEngine(const DatabaseConfig& config);

    std::unique_ptr<Connection> connect(Access access) override;
    [[nodiscard]] const Dialect& dialect() const noexcept override { return dialect_; }
    [[nodiscard]] Capabilities capabilities() const noexcept override;
    std::unique_ptr<Migrator> migrator() override;
    std::unique_ptr<InstanceLock> instance_lock(LockOptions options) override;
    [[nodiscard]] std::uint32_t connection_limit() const noexcept override;
    [[nodiscard]] std::string location() const override;
    std::string server_version(Connection& connection) override;
    std::vector<EffectiveSetting> effective_settings(Connection& connection) override;
    CheckpointResult checkpoint(Connection& connection) override;

private:
    Options options_;
    std::string product_;
    DatabaseFile file_;
    SqliteDialect dialect_;
    std::shared_ptr<WriteQueue> queue_;
};

/// What this plugin can do; the note and the engine state the same.
inline constexpr Capabilities stated_capabilities{Capability::transactional_ddl,
                                                  Capability::full_text, Capability::cancel};

}  // namespace enginebay::sqlite
