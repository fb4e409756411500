// SPDX-License-Identifier: BSL-1.0
// What the makers of random schemas ask of a table.
#pragma once

#include <enginebay/schema.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace enginebay::testing {

inline bool has_column(const Table& table, const std::string& name) {
    return std::ranges::find(table.columns, name, &Column::name) != table.columns.end();
}

inline const Column* first_of(const Table& table, ColumnType type) {
    const auto found = std::ranges::find(table.columns, type, &Column::type);
    return found == table.columns.end() ? nullptr : &*found;
}

inline bool all_there(const Table& table, const std::vector<std::string>& names) {
    return std::ranges::all_of(names,
                               [&](const std::string& name) { return has_column(table, name); });
}

/// What the two backends can compare and sort alike.
inline bool can_be_key(ColumnType type) {
    return type == ColumnType::text || type == ColumnType::integer || type == ColumnType::uuid ||
           type == ColumnType::timestamp;
}

inline const Table* find(const Schema& schema, const std::string& name) {
    const auto found = std::ranges::find(schema.tables, name, &Table::name);
    return found == schema.tables.end() ? nullptr : &*found;
}

}  // namespace enginebay::testing
