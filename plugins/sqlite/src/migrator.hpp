// SPDX-License-Identifier: BSL-1.0
// SqliteMigrator: the live structure, and operations as SQLite's SQL.
// Threads: one at a time.
#pragma once

#include <enginebay/migrator.hpp>

namespace enginebay::sqlite {

class SqliteMigrator final : public Migrator {
public:
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
    /// Switches foreign keys off where a table will be copied: they would follow the old one.
    void prepare(Connection& connection, std::span<const Operation> operations) override;
    void restore(Connection& connection) noexcept override;
    std::unique_ptr<ChangeWatch> watch(Connection& connection,
                                       std::span<const Operation> operations,
                                       const Schema& before) override;

private:
    bool prepared_{false};
};

}  // namespace enginebay::sqlite
