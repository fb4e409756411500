// SPDX-License-Identifier: BSL-1.0
// Changes that ALTER TABLE cannot make: a new table, its rows copied, the old one's name taken.
// Threads: pure functions.
#pragma once

#include <enginebay/operation.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::sqlite {

/// What the new table is called, in front of its own name, until it takes that.
inline constexpr std::string_view copy_prefix = "enginebay_new_";

// The statements hold what the schema declares. They must run with foreign_keys off (which only a
// statement outside a transaction can do): dropping a table deletes its rows, and others' with
// them.

[[nodiscard]] std::vector<std::string> render_rebuild(const AddColumn& operation,
                                                      const Schema& before);
[[nodiscard]] std::vector<std::string> render_rebuild(const AlterColumn& operation,
                                                      const Schema& before);
[[nodiscard]] std::vector<std::string> render_rebuild(const AddUnique& operation,
                                                      const Schema& before);
[[nodiscard]] std::vector<std::string> render_rebuild(const DropUnique& operation,
                                                      const Schema& before);
[[nodiscard]] std::vector<std::string> render_rebuild(const AddCheck& operation,
                                                      const Schema& before);
[[nodiscard]] std::vector<std::string> render_rebuild(const DropCheck& operation,
                                                      const Schema& before);
[[nodiscard]] std::vector<std::string> render_rebuild(const AddForeignKey& operation,
                                                      const Schema& before);
[[nodiscard]] std::vector<std::string> render_rebuild(const DropForeignKey& operation,
                                                      const Schema& before);

/// The table that the operation copies; empty where it needs no copy.
[[nodiscard]] std::string rebuilt_table(const Operation& operation);

}  // namespace enginebay::sqlite
