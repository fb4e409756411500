// SPDX-License-Identifier: BSL-1.0
// LossGuard: what a database had before frozen steps ran on it, held against what it has then.
// Threads: one per connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/schema.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace enginebay::migration {

class LossGuard {
public:
    /// Counts the rows of every table of `before`.
    LossGuard(Connection& connection, const Dialect& dialect, Structure before);

    /// A step that ran is meant to remove these.
    void expect(const Structure& removed);

    /// What was there, is gone, and was not to go: a column, an index or a trigger that nobody
    /// knows of, a table with rows. An empty table that is gone is what an interrupted step left.
    [[nodiscard]] Structure lost(const Structure& after) const;

    /// Throws Errc::migration_failed when a table has not as many rows as before.
    void require_rows() const;

private:
    [[nodiscard]] std::int64_t count(const std::string& table) const;

    Connection& connection_;
    const Dialect& dialect_;
    Structure before_;
    Structure expected_;
    std::map<std::string, std::int64_t> rows_;
};

}  // namespace enginebay::migration
