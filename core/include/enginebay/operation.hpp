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

struct AddColumn {
    std::string table;
    Column column;
    bool operator==(const AddColumn&) const = default;
};

struct CreateIndex {
    std::string table;
    Index index;
    bool operator==(const CreateIndex&) const = default;
};

struct DropIndex {
    std::string table;
    std::string index;
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

/// Single statements, written by hand: for every backend alike, or one list for each.
struct Execute {
    std::vector<std::string> all;
    std::map<std::string, std::vector<std::string>> by_backend;
    std::vector<std::string> skip;  ///< backends that are meant to have no entry
    bool operator==(const Execute&) const = default;
};

using Operation = std::variant<CreateTable, DropTable, AddColumn, CreateIndex, DropIndex,
                               CreateSearchIndex, DropSearchIndex, Execute>;

}  // namespace enginebay
