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
    bool try_lock(Connection& connection) override;
};

}  // namespace enginebay::sqlite
