// SPDX-License-Identifier: BSL-1.0
// PostgresMigrator: structure out of the catalogue, operations into DDL, scratch in a transaction.
// Threads: one thread at a time.
#pragma once

#include <enginebay/migrator.hpp>

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
    bool try_lock(Connection& connection) override;

private:
    std::string product_;
};

}  // namespace enginebay::postgresql
