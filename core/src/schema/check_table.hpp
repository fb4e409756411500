// SPDX-License-Identifier: BSL-1.0
// Whether a table makes sense in itself, and a schema as a whole. Pure.
#pragma once

#include <enginebay/schema.hpp>

#include <string>
#include <string_view>

namespace enginebay::schema {

/// What is wrong: twice the same name, a column that is not there. Empty when nothing is.
std::string check_table(const Table& table);

/// The same for what lies between tables: names, foreign keys.
std::string check_schema(const Schema& schema);

/// The table or column of that name; nullptr where there is none.
const Table* find_table(const Schema& schema, std::string_view name);
Table* find_table(Schema& schema, std::string_view name);
const Column* find_column(const Table& table, std::string_view name);

}  // namespace enginebay::schema
