// SPDX-License-Identifier: BSL-1.0
// Makes of a schema what a person might make of it.
#include "random_schema.hpp"
#include "random_schema_parts.hpp"

#include <algorithm>

namespace enginebay::testing {

void RandomSchema::change(Column& column, bool in_key) {
    if (chance(20) && !in_key) {
        column.nullable = !column.nullable;
    }
    if (chance(20) && column.type != ColumnType::identity) {
        choose_default(column);
    }
    if (chance(15) && column.type != ColumnType::identity) {
        column.type = this->column("x").type;
        choose_default(column);
    }
}

void RandomSchema::change(Table& table) {
    if (chance(40)) {
        table.columns.push_back(column(name("n")));
    }
    if (table.columns.size() > 1 && chance(40)) {
        table.columns.erase(table.columns.begin() +
                            static_cast<std::ptrdiff_t>(below(table.columns.size())));
    }
    for (Column& column : table.columns) {
        change(column,
               std::ranges::find(table.primary_key, column.name) != table.primary_key.end());
    }
    if (chance(15)) {
        choose_key(table);
    }
    if (chance(40)) {
        add_constraints(table);
        add_indexes(table);
    }
    if (chance(30) && !table.indexes.empty()) {
        table.indexes.pop_back();
    }
    if (chance(30) && !table.checks.empty()) {
        table.checks.pop_back();
    }
    if (chance(20)) {
        table.foreign_keys.clear();
    }
}

void RandomSchema::rename_table(Schema& schema, Table& table) {
    table.renamed_from = table.name;
    table.name = name("t");
    for (Table& other : schema.tables) {
        for (ForeignKey& key : other.foreign_keys) {
            key.table = key.table == table.renamed_from ? table.name : key.table;
        }
    }
}

void RandomSchema::rename_column(Schema& schema, Table& table) {
    Column& column = table.columns[below(table.columns.size())];
    column.renamed_from = column.name;
    column.name = name("r");
    const auto follow = [&](std::vector<std::string>& names) {
        std::ranges::replace(names, column.renamed_from, column.name);
    };
    const auto follow_one = [&](std::string& name) {
        name = name == column.renamed_from ? column.name : name;
    };
    follow(table.primary_key);
    for (UniqueConstraint& unique : table.uniques) {
        follow(unique.columns);
    }
    for (SearchIndex& index : table.search_indexes) {
        follow(index.columns);
        follow_one(index.key);
    }
    for (Index& index : table.indexes) {
        for (IndexColumn& part : index.columns) {
            follow_one(part.name);
        }
    }
    for (ForeignKey& key : table.foreign_keys) {
        follow(key.columns);
    }
    for (Table& other : schema.tables) {
        for (ForeignKey& key : other.foreign_keys) {
            if (key.table == table.name) {
                follow(key.referenced);
            }
        }
    }
}

Schema RandomSchema::changed(const Schema& schema) {
    Schema result = schema;
    for (Table& table : result.tables) {
        table.renamed_from.clear();
        for (Column& column : table.columns) {
            column.renamed_from.clear();
        }
    }
    if (result.tables.size() > 1 && chance(30)) {
        result.tables.erase(result.tables.begin() +
                            static_cast<std::ptrdiff_t>(below(result.tables.size())));
    }
    for (Table& table : result.tables) {
        if (chance(20)) {
            rename_table(result, table);
        }
        if (chance(30)) {
            rename_column(result, table);
        }
        if (chance(70)) {
            change(table);
        }
    }
    if (chance(40)) {
        result.tables.push_back(table(name("t")));
    }
    mend(result);
    add_foreign_keys(result);
    std::ranges::shuffle(result.tables, random_);
    return result;
}

}  // namespace enginebay::testing
