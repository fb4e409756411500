// SPDX-License-Identifier: BSL-1.0
// Operations as SQL. Pure.
// Threads: any.
#pragma once

#include <enginebay/operation.hpp>

#include <string>
#include <vector>

namespace enginebay::sqlite {

[[nodiscard]] std::vector<std::string> render_operation(const Operation& operation,
                                                        const Schema& before);

/// A column as CREATE TABLE and ADD COLUMN write it; `only_key`: it alone is the primary key.
[[nodiscard]] std::string render_column(const Column& column, bool only_key);
[[nodiscard]] std::string render_index(const std::string& table, const Index& index);
/// The full-text table, what keeps it up to date, and its first filling.
[[nodiscard]] std::vector<std::string> render_search_index(const std::string& table,
                                                           const SearchIndex& index);
/// Its triggers' names: after insert, after delete, after update.
[[nodiscard]] std::vector<std::string> search_triggers(const SearchIndex& index);
/// The name bare where that is safe, else quoted.
[[nodiscard]] std::string render_name(const std::string& name);

}  // namespace enginebay::sqlite
