// SPDX-License-Identifier: BSL-1.0
// Values: the declared schema (what a program wants), and the structure a backend reports.
// Threads: plain values.
//
// The two are never compared with each other. A declared schema is created in a scratch place and
// read back, so that catalogue output meets catalogue output.
#pragma once

#include <enginebay/value.hpp>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace enginebay {

/// What a column means; each backend chooses its own type for it.
enum class ColumnType : std::uint8_t {
    text,
    integer,  ///< 64 bits
    real,     ///< double
    boolean,
    timestamp,  ///< an instant, UTC, microseconds
    json,       ///< a JSON document, kept as written
    blob,
    uuid,
    identity,  ///< a 64-bit number the database gives out and never gives out twice
};

/// `default: now`: the moment of the insert.
struct CurrentTimestamp {
    auto operator<=>(const CurrentTimestamp&) const = default;
};

using Default = std::variant<Value, CurrentTimestamp>;

struct Column {
    std::string name;
    ColumnType type{ColumnType::text};
    bool nullable{true};
    std::optional<Default> fallback;  ///< the SQL DEFAULT; absent: none written
    /// Backend name -> the type written there instead of the usual one, for old declarations.
    std::map<std::string, std::string> native;
    std::string renamed_from;
    bool operator==(const Column&) const = default;
};

struct UniqueConstraint {
    std::string name;  ///< empty: unnamed, as old databases have them
    std::vector<std::string> columns;
    bool operator==(const UniqueConstraint&) const = default;
};

struct CheckConstraint {
    std::string name;
    std::string expression;  ///< portable SQL
    bool operator==(const CheckConstraint&) const = default;
};

enum class ReferentialAction : std::uint8_t {
    no_action,
    restrict_,
    cascade,
    set_null,
    set_default
};

struct ForeignKey {
    std::string name;
    std::vector<std::string> columns;
    std::string table;  ///< the table referred to
    std::vector<std::string> referenced;
    ReferentialAction on_delete{ReferentialAction::no_action};
    ReferentialAction on_update{ReferentialAction::no_action};
    bool operator==(const ForeignKey&) const = default;
};

struct IndexColumn {
    std::string name;        ///< a column; or
    std::string expression;  ///< an expression, when name is empty
    bool descending{false};
    bool operator==(const IndexColumn&) const = default;
};

struct Index {
    std::string name;
    std::vector<IndexColumn> columns;
    bool unique{false};
    std::string where;  ///< a partial index's condition, portable SQL; empty: all rows
    bool operator==(const Index&) const = default;
};

/// Full-text search over text columns of one table, kept up to date by the database itself.
struct SearchIndex {
    std::string name;
    std::vector<std::string> columns;
    std::string key;  ///< the table's identity column
    /// Names of the objects that keep it up to date, where the backend needs such; empty: derived
    /// from `name`. Order: after insert, after delete, after update.
    std::vector<std::string> triggers;
    bool operator==(const SearchIndex&) const = default;
};

struct Table {
    std::string name;
    std::vector<Column> columns;
    std::vector<std::string> primary_key;
    std::vector<UniqueConstraint> uniques;
    std::vector<CheckConstraint> checks;
    std::vector<ForeignKey> foreign_keys;
    std::vector<Index> indexes;
    std::vector<SearchIndex> search_indexes;
    std::string renamed_from;
    bool operator==(const Table&) const = default;
};

struct Schema {
    std::vector<Table> tables;
    /// Patterns (`*` and `?`) of tables that belong to others and are never looked at.
    std::vector<std::string> unmanaged;
    bool operator==(const Schema&) const = default;
};

/// One thing a backend's catalogue says, in a form that is equal exactly when the thing is.
struct StructureFact {
    std::string
        kind;  ///< table, column, primary_key, unique, check, foreign_key, index, trigger, ...
    std::string table;       ///< the table it belongs to
    std::string name;        ///< within the table; a constraint without a stable name: its columns
    std::string definition;  ///< normalised, e.g. "TEXT NOT NULL DEFAULT 'x'"
    auto operator<=>(const StructureFact&) const = default;
};

/// All facts of one database (or of its managed part), sorted. Column order is not a fact.
using Structure = std::vector<StructureFact>;

}  // namespace enginebay
