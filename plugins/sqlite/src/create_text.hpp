// SPDX-License-Identifier: BSL-1.0
// What SQLite keeps only in the text of a CREATE statement and reports through no pragma: CHECKs,
// generated columns, expressions of indexes, bodies of triggers and views.
// Threads: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay::sqlite {

struct CheckText {
    std::string name;        ///< of its CONSTRAINT; empty where it has none
    std::string expression;  ///< normalised
};

struct TableText {
    std::vector<CheckText> checks;
    std::map<std::string, std::string> generated;  ///< column, lower case -> normalised expression
    /// Constraints that may wait for COMMIT: the columns of the foreign key, lower case.
    std::vector<std::string> deferred;
};

/// Reads the text of a CREATE TABLE.
[[nodiscard]] TableText read_table_text(std::string_view sql);

struct IndexText {
    std::vector<std::string> columns;  ///< normalised, with collation and direction as written
    std::string where;                 ///< normalised; empty: all rows
};

/// Reads the text of a CREATE INDEX.
[[nodiscard]] IndexText read_index_text(std::string_view sql);

/// The normalised text of a CREATE TRIGGER or VIEW from behind the object's name.
[[nodiscard]] std::string read_body(std::string_view sql);

/// The normalised module and arguments of a CREATE VIRTUAL TABLE.
[[nodiscard]] std::string read_module(std::string_view sql);

}  // namespace enginebay::sqlite
