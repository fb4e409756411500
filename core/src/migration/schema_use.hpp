// SPDX-License-Identifier: BSL-1.0
// Who uses a column or a key, and what follows when its name changes.
// Threads: pure.
#pragma once

#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

/// What still uses the column, in words; empty: nothing.
std::string user_of_column(const Schema& schema, const Table& table, const std::string& column);

/// The table whose foreign key needs exactly these columns of `table` to be unique; empty: none.
std::string user_of_key(const Schema& schema, const Table& table,
                        const std::vector<std::string>& columns);

/// Renames the column everywhere: in its table and in references to it.
void rename_column(Schema& schema, Table& table, const std::string& from, const std::string& to);

}  // namespace enginebay::migration
