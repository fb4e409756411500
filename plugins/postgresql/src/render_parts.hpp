// SPDX-License-Identifier: BSL-1.0
// The pieces PostgreSQL's DDL is made of.
// Threads: pure functions.
#pragma once

#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::postgresql {

/// The name under which types, statements and skips of this plugin stand in revision files.
inline constexpr const char* backend_name = "postgresql";

/// The name in quotes. Throws unsupported for one that the server would cut off.
std::string quoted(const std::string& name);
/// Names in quotes with commas between.
std::string list_of(const std::vector<std::string>& names);
/// The type as a column is declared with it, and as a cast names it.
std::string type_of(const Column& column);
std::string cast_type_of(const Column& column);
/// A value for a column of that type: a number for a boolean, and the other way about, are meant.
std::string literal(const Value& value, ColumnType type);
/// What DEFAULT says; empty where there is none.
std::string default_expression(const Column& column);
std::string column_definition(const Column& column);
/// `CONSTRAINT name ` or nothing.
std::string named(const std::string& name);
std::string foreign_key_definition(const ForeignKey& key);
std::string index_statement(const std::string& table, const Index& index,
                            bool concurrently = false);
std::string search_index_statement(const std::string& table, const SearchIndex& index);

}  // namespace enginebay::postgresql
