// SPDX-License-Identifier: BSL-1.0
// Migration operations: what a revision file says, once, for every backend.
// Threads: plain values.
#pragma once

#include <enginebay/schema.hpp>

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace enginebay {

struct CreateTable {
    Table table;  ///< with its constraints, indexes and search indexes
    bool operator==(const CreateTable&) const = default;
};

struct DropTable {
    std::string table;
    bool operator==(const DropTable&) const = default;
};

/// Rows, indexes, constraints and references of other tables go along.
struct RenameTable {
    std::string from;
    std::string to;
    bool operator==(const RenameTable&) const = default;
};

struct AddColumn {
    std::string table;
    Column column;
    bool operator==(const AddColumn&) const = default;
};

/// Nothing may use the column any more: no key, constraint or index.
struct DropColumn {
    std::string table;
    std::string column;
    bool operator==(const DropColumn&) const = default;
};

/// Whatever names the column follows: keys, constraints, indexes, references of other tables.
struct RenameColumn {
    std::string table;
    std::string from;
    std::string to;
    bool operator==(const RenameColumn&) const = default;
};

struct AlterColumn {
    std::string table;
    Column column;  ///< the whole new definition of the column of that name
    /// Backend name -> an expression over the row's old values that gives the new one; needed where
    /// a value of the old type is not plainly one of the new.
    std::map<std::string, std::string> using_;
    bool operator==(const AlterColumn&) const = default;
};

struct AddUnique {
    std::string table;
    UniqueConstraint unique;
    bool operator==(const AddUnique&) const = default;
};

struct DropUnique {
    std::string table;
    std::string name;                  ///< empty: the one over `columns`
    std::vector<std::string> columns;  ///< of an unnamed one
    bool operator==(const DropUnique&) const = default;
};

struct AddCheck {
    std::string table;
    CheckConstraint check;
    bool operator==(const AddCheck&) const = default;
};

struct DropCheck {
    std::string table;
    std::string name;          ///< empty: the one that says `expression`
    std::string expression{};  ///< of an unnamed one
    bool operator==(const DropCheck&) const = default;
};

struct AddForeignKey {
    std::string table;
    ForeignKey foreign_key;
    bool operator==(const AddForeignKey&) const = default;
};

struct DropForeignKey {
    std::string table;
    std::string name;                  ///< empty: the one over `columns`
    std::vector<std::string> columns;  ///< of an unnamed one
    bool operator==(const DropForeignKey&) const = default;
};

struct CreateIndex {
    std::string table;
    Index index;
    bool concurrently{false};  ///< writers go on meanwhile, where the backend can; no transaction
    bool operator==(const CreateIndex&) const = default;
};

struct DropIndex {
    std::string table;
    std::string index;
    bool concurrently{false};
    bool operator==(const DropIndex&) const = default;
};

struct CreateSearchIndex {
    std::string table;
    SearchIndex index;
    bool operator==(const CreateSearchIndex&) const = default;
};

struct DropSearchIndex {
    std::string table;
    std::string index;
    bool operator==(const DropSearchIndex&) const = default;
};

/// Column -> value. A text stands for a timestamp or a UUID where the column is one.
using RowValues = std::map<std::string, Value>;

struct InsertRows {
    std::string table;
    std::vector<RowValues> rows;
    bool operator==(const InsertRows&) const = default;
};

struct UpdateRows {
    std::string table;
    RowValues set;
    RowValues where;  ///< equal to all of these; null: IS NULL; empty: every row
    bool operator==(const UpdateRows&) const = default;
};

struct DeleteRows {
    std::string table;
    RowValues where;  ///< as in UpdateRows
    bool operator==(const DeleteRows&) const = default;
};

/// The operations that change the declared structure.
using Effect =
    std::variant<CreateTable, DropTable, RenameTable, AddColumn, DropColumn, RenameColumn,
                 AlterColumn, AddUnique, DropUnique, AddCheck, DropCheck, AddForeignKey,
                 DropForeignKey, CreateIndex, DropIndex, CreateSearchIndex, DropSearchIndex>;

/// Single statements, written by hand: for every backend alike, or one list for each.
struct Execute {
    std::vector<std::string> all;
    std::map<std::string, std::vector<std::string>> by_backend;
    std::vector<std::string> skip;  ///< backends that are meant to have no entry
    /// What the statements amount to; without it they may not change the declared structure.
    std::vector<Effect> effect{};
    bool operator==(const Execute&) const = default;
};

/// A step in C++ that the program has registered under this name (UpgradeOptions::steps).
struct Call {
    std::string step;
    bool operator==(const Call&) const = default;
};

using Operation =
    std::variant<CreateTable, DropTable, RenameTable, AddColumn, DropColumn, RenameColumn,
                 AlterColumn, AddUnique, DropUnique, AddCheck, DropCheck, AddForeignKey,
                 DropForeignKey, CreateIndex, DropIndex, CreateSearchIndex, DropSearchIndex,
                 InsertRows, UpdateRows, DeleteRows, Execute, Call>;

}  // namespace enginebay
