// SPDX-License-Identifier: BSL-1.0
// Takes out of a random schema what no longer fits the columns.
#include "random_schema.hpp"
#include "random_schema_parts.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

ColumnType type_of(const Table& table, const std::string& name) {
    return std::ranges::find(table.columns, name, &Column::name)->type;
}

bool can_be_keys(const Table& table, const std::vector<std::string>& names) {
    return all_there(table, names) && std::ranges::all_of(names, [&](const std::string& name) {
               const ColumnType type = type_of(table, name);
               return can_be_key(type) || type == ColumnType::identity;
           });
}

/// What stands in an expression is written by name and for a type.
bool says(const Table& table, const std::string& expression, ColumnType type) {
    const std::string word = expression.substr(0, expression.find(' '));
    return has_column(table, word) && type_of(table, word) == type;
}

void mend_primary_key(Table& table) {
    if (!can_be_keys(table, table.primary_key)) {
        table.primary_key.clear();
    }
    for (Column& column : table.columns) {
        if (column.type == ColumnType::identity &&
            table.primary_key != std::vector<std::string>{column.name}) {
            column.type = ColumnType::integer;
        }
        if (std::ranges::find(table.primary_key, column.name) != table.primary_key.end()) {
            column.nullable = false;
        }
    }
}

void mend_constraints(Table& table) {
    // A key over the columns of the primary key is no key of its own on every backend.
    std::erase_if(table.uniques, [&](const UniqueConstraint& unique) {
        return !can_be_keys(table, unique.columns) || unique.columns == table.primary_key;
    });
    std::erase_if(table.checks, [&](const CheckConstraint& check) {
        const bool of_text = check.expression.find('\'') != std::string::npos;
        return !says(table, check.expression, of_text ? ColumnType::text : ColumnType::integer);
    });
}

bool fits(const Table& table, const IndexColumn& part) {
    if (!part.name.empty()) {
        return can_be_keys(table, {part.name});
    }
    const std::string inner = part.expression.substr(6, part.expression.size() - 7);  // lower(...)
    return has_column(table, inner) && type_of(table, inner) == ColumnType::text;
}

void mend_indexes(Table& table) {
    std::erase_if(table.indexes, [&](const Index& index) {
        return (!index.where.empty() && !says(table, index.where, ColumnType::integer)) ||
               !std::ranges::all_of(index.columns,
                                    [&](const IndexColumn& part) { return fits(table, part); });
    });
    std::erase_if(table.search_indexes, [&](const SearchIndex& index) {
        return !has_column(table, index.key) || type_of(table, index.key) != ColumnType::identity ||
               !all_there(table, index.columns) ||
               type_of(table, index.columns.front()) != ColumnType::text;
    });
}

bool leads_to_its_like(const Schema& schema, const Table& table, const ForeignKey& key) {
    const Table* target = find(schema, key.table);
    if (target == nullptr || target->primary_key != key.referenced ||
        !all_there(table, key.columns)) {
        return false;
    }
    const auto plain = [](const Table& in, const std::string& name) {
        const ColumnType type = type_of(in, name);
        return type == ColumnType::identity ? ColumnType::integer : type;
    };
    return plain(table, key.columns.front()) == plain(*target, key.referenced.front());
}

}  // namespace

void RandomSchema::mend(Schema& schema) {
    for (Table& table : schema.tables) {
        mend_primary_key(table);
        mend_constraints(table);
        mend_indexes(table);
    }
    for (Table& table : schema.tables) {
        std::erase_if(table.foreign_keys, [&](const ForeignKey& key) {
            return !leads_to_its_like(schema, table, key);
        });
    }
}

}  // namespace enginebay::testing
