// SPDX-License-Identifier: BSL-1.0
// PostgresMigrator: structure out of the catalogue, operations into DDL, scratch in a transaction.
// Threads: one thread at a time.
#pragma once

#include "lock_key.hpp"

#include <enginebay/migrator.hpp>

#include <optional>
#include <string>

namespace enginebay::postgresql {

class PostgresMigrator final : public Migrator {
public:
    explicit PostgresMigrator(std::string product);

    Structure inspect(Connection& connection, std::span<const std::string> ignored) override;
    Structure scratch(Connection& connection, std::span<const std::string> statements,
                      std::span<const std::string> ignored) override;
    [[nodiscard]] std::vector<std::string> render(const Operation& operation,
                                                  const Schema& before) const override;
    [[nodiscard]] OperationCost cost(const Operation& operation,
                                     const Schema& before) const override;
    std::int64_t bytes_of(Connection& connection, const std::string& table) override;
    [[nodiscard]] ScriptFrame frame(std::span<const Operation> operations) const override;
    [[nodiscard]] std::vector<std::string> script_head() const override;
    bool try_lock(Connection& connection) override;
    /// Indexes built beside writers, and statements by hand, which may be of that kind.
    [[nodiscard]] bool alone(const Operation& operation) const override;
    bool try_hold(Connection& connection) override;
    void release(Connection& connection) noexcept override;
    bool settle(Connection& connection, const Operation& operation) override;

private:
    [[nodiscard]] LockKey key(Connection& connection) const;

    std::string product_;
    std::optional<LockKey> held_;
    std::optional<LockKey> last_key_;  ///< of the last lock asked for
};

}  // namespace enginebay::postgresql
