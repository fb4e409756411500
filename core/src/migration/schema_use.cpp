// SPDX-License-Identifier: BSL-1.0
// Looks through everything in a schema that names columns.
#include "migration/schema_use.hpp"

#include "migration/names_in_sql.hpp"

#include <algorithm>

namespace enginebay::migration {
namespace {

using Names = std::vector<std::string>;

bool contains(const Names& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
}

void replace(Names& names, const std::string& from, const std::string& to) {
    std::ranges::replace(names, from, to);
}

bool uses(const Index& index, const std::string& column) {
    return mentions(index.where, column) ||
           std::ranges::any_of(index.columns, [&](const IndexColumn& part) {
               return part.name == column || mentions(part.expression, column);
           });
}

std::string user_within(const Table& table, const std::string& column) {
    if (contains(table.primary_key, column)) {
        return "the primary key";
    }
    for (const UniqueConstraint& unique : table.uniques) {
        if (contains(unique.columns, column)) {
            return "a unique constraint";
        }
    }
    for (const CheckConstraint& check : table.checks) {
        if (mentions(check.expression, column)) {
            return "the check " + (check.name.empty() ? check.expression : check.name);
        }
    }
    for (const ForeignKey& key : table.foreign_keys) {
        if (contains(key.columns, column)) {
            return "a foreign key";
        }
    }
    for (const Index& index : table.indexes) {
        if (uses(index, column)) {
            return "the index '" + index.name + "'";
        }
    }
    for (const SearchIndex& index : table.search_indexes) {
        if (index.key == column || contains(index.columns, column)) {
            return "the search index '" + index.name + "'";
        }
    }
    return {};
}

}  // namespace

std::string user_of_column(const Schema& schema, const Table& table, const std::string& column) {
    if (std::string user = user_within(table, column); !user.empty()) {
        return user;
    }
    for (const Table& other : schema.tables) {
        for (const ForeignKey& key : other.foreign_keys) {
            if (key.table == table.name && contains(key.referenced, column)) {
                return "a foreign key of the table '" + other.name + "'";
            }
        }
    }
    return {};
}

std::string user_of_key(const Schema& schema, const Table& table, const Names& columns) {
    if (columns == table.primary_key) {
        return {};
    }
    for (const Table& other : schema.tables) {
        for (const ForeignKey& key : other.foreign_keys) {
            if (key.table == table.name && key.referenced == columns) {
                return other.name;
            }
        }
    }
    return {};
}

void rename_column(Schema& schema, Table& table, const std::string& from, const std::string& to) {
    for (Column& column : table.columns) {
        column.name = column.name == from ? to : column.name;
    }
    replace(table.primary_key, from, to);
    for (UniqueConstraint& unique : table.uniques) {
        replace(unique.columns, from, to);
    }
    for (CheckConstraint& check : table.checks) {
        check.expression = renamed(check.expression, from, to);
    }
    for (Index& index : table.indexes) {
        for (IndexColumn& part : index.columns) {
            part.name = part.name == from ? to : part.name;
            part.expression = renamed(part.expression, from, to);
        }
        index.where = renamed(index.where, from, to);
    }
    for (SearchIndex& index : table.search_indexes) {
        replace(index.columns, from, to);
        index.key = index.key == from ? to : index.key;
    }
    for (ForeignKey& key : table.foreign_keys) {
        replace(key.columns, from, to);
    }
    for (Table& other : schema.tables) {
        for (ForeignKey& key : other.foreign_keys) {
            if (key.table == table.name) {
                replace(key.referenced, from, to);
            }
        }
    }
}

}  // namespace enginebay::migration
