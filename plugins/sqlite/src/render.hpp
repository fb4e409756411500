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

// What the library's own ALTER does; the rest copies the table.
[[nodiscard]] std::vector<std::string> render_rename_table(const RenameTable& operation,
                                                           const Schema& before);
[[nodiscard]] std::vector<std::string> render_rename_column(const RenameColumn& operation,
                                                            const Schema& before);
[[nodiscard]] std::vector<std::string> render_add_column(const AddColumn& operation,
                                                         const Schema& before);
[[nodiscard]] std::vector<std::string> render_drop_column(const DropColumn& operation);

[[nodiscard]] std::vector<std::string> render_rows(const InsertRows& operation);
[[nodiscard]] std::vector<std::string> render_rows(const UpdateRows& operation);
[[nodiscard]] std::vector<std::string> render_rows(const DeleteRows& operation);

/// The full-text table, what keeps it up to date, and its first filling.
[[nodiscard]] std::vector<std::string> render_search_index(const std::string& table,
                                                           const SearchIndex& index);
/// Its triggers and itself, out again.
[[nodiscard]] std::vector<std::string> render_drop_search_index(const SearchIndex& index);

/// Its triggers' names: after insert, after delete, after update.
[[nodiscard]] std::vector<std::string> search_triggers(const SearchIndex& index);

/// nullptr where there is none of that name.
[[nodiscard]] const Table* find_table(const Schema& schema, const std::string& name);

}  // namespace enginebay::sqlite
