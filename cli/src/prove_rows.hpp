// SPDX-License-Identifier: BSL-1.0
// Rows made up for a proof, the same in every run.
// Threads: one per connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/schema.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace enginebay::cli {

/// Fills every table up to `wanted` rows. A table whose conditions no made-up row fulfils keeps
/// what it has. `seed` keeps the values of two calls apart.
void fill_tables(Connection& connection, const Dialect& dialect, const Schema& schema,
                 std::int64_t wanted, std::int64_t seed);

/// Table -> number of rows.
std::map<std::string, std::int64_t> count_rows(Connection& connection, const Dialect& dialect,
                                               const Schema& schema);

}  // namespace enginebay::cli
