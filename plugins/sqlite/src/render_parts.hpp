// SPDX-License-Identifier: BSL-1.0
// The pieces SQLite's DDL is made of.
// Threads: pure functions.
#pragma once

#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::sqlite {

/// The name under which types, statements and skips of this plugin stand in revision files.
inline constexpr const char* backend_name = "sqlite";

/// The name bare where that is safe, else quoted.
[[nodiscard]] std::string render_name(const std::string& name);
/// Names with commas between.
[[nodiscard]] std::string render_names(const std::vector<std::string>& list);
[[nodiscard]] std::string render_value(const Value& value);
/// A column as CREATE TABLE and ADD COLUMN write it; `only_key`: it alone is the primary key.
[[nodiscard]] std::string render_column(const Column& column, bool only_key);
/// CREATE TABLE, without its indexes.
[[nodiscard]] std::string render_table(const Table& table);
[[nodiscard]] std::string render_index(const std::string& table, const Index& index);

}  // namespace enginebay::sqlite
