// SPDX-License-Identifier: BSL-1.0
// Whether a table makes sense in itself, and a schema as a whole. Pure.
#pragma once

#include <enginebay/schema.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace enginebay::schema {

/// The most bytes of a name that every backend keeps.
inline constexpr std::size_t longest_name = 63;

/// What is wrong with the name of anything, else empty: one history serves every backend, so what
/// one of them cuts or takes for another name is refused for all.
std::string check_name(std::string_view name);

/// What is wrong: twice the same name, a column that is not there. Empty when nothing is.
std::string check_table(const Table& table);

/// The same for what lies between tables: names, foreign keys.
std::string check_schema(const Schema& schema);

/// The table or column of that name; nullptr where there is none.
const Table* find_table(const Schema& schema, std::string_view name);
Table* find_table(Schema& schema, std::string_view name);
const Column* find_column(const Table& table, std::string_view name);

}  // namespace enginebay::schema
