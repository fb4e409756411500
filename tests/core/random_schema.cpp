// SPDX-License-Identifier: BSL-1.0
// Makes schemas at random.
#include "random_schema.hpp"

#include "random_schema_parts.hpp"

#include <algorithm>

namespace enginebay::testing {

std::size_t RandomSchema::below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random_);
}

void RandomSchema::choose_default(Column& column) {
    column.fallback.reset();
    if (!chance(40)) {
        return;
    }
    static const std::vector<std::string> texts{
        "",     "plain", "it's",     "two words", "10",  "true", "now",
        "a, b", "#x",    "\xc3\xbc", "\"quoted",  "- x", "[]",   "tab\there"};
    switch (column.type) {
        case ColumnType::text:
            column.fallback = Value{one_of(texts)};
            break;
        case ColumnType::integer:
            column.fallback = Value{static_cast<std::int64_t>(below(2000)) - 1000};
            break;
        case ColumnType::real:
            column.fallback = Value{static_cast<double>(below(1000)) / 8};
            break;
        case ColumnType::boolean:
            column.fallback = Value{chance(50)};
            break;
        case ColumnType::timestamp:
            column.fallback = CurrentTimestamp{};
            break;
        case ColumnType::json:
            column.fallback = Value{std::string{chance(50) ? "[]" : R"({"a": 1})"}};
            break;
        case ColumnType::uuid:
            column.fallback = Value{std::string{"6b1f2a52-8b1a-4c3e-9a5e-0d9f5f0c1e77"}};
            break;
        case ColumnType::blob:
        case ColumnType::identity:
            break;
    }
}

Column RandomSchema::column(const std::string& name) {
    static const std::vector<ColumnType> types{
        ColumnType::text, ColumnType::text,    ColumnType::integer,   ColumnType::integer,
        ColumnType::real, ColumnType::boolean, ColumnType::timestamp, ColumnType::json,
        ColumnType::blob, ColumnType::uuid};
    Column column;
    column.name = name;
    column.type = one_of(types);
    column.nullable = chance(60);
    choose_default(column);
    return column;
}

void RandomSchema::choose_key(Table& table) {
    for (Column& column : table.columns) {
        if (column.type == ColumnType::identity) {
            column.type = ColumnType::integer;
        }
    }
    std::vector<std::string> candidates;
    for (const Column& column : table.columns) {
        if (can_be_key(column.type)) {
            candidates.push_back(column.name);
        }
    }
    std::ranges::shuffle(candidates, random_);
    candidates.resize(std::min<std::size_t>(candidates.size(), below(3)));
    table.primary_key = candidates;
    for (Column& column : table.columns) {
        if (std::ranges::find(candidates, column.name) == candidates.end()) {
            continue;
        }
        column.nullable = false;
        if (candidates.size() == 1 && column.type == ColumnType::integer && chance(70)) {
            column.type = ColumnType::identity;
            column.fallback.reset();
        }
    }
}

void RandomSchema::add_constraints(Table& table) {
    std::vector<std::string> keys;
    for (const Column& column : table.columns) {
        if (can_be_key(column.type)) {
            keys.push_back(column.name);
        }
    }
    if (!keys.empty() && chance(40)) {
        std::vector<std::string> columns{one_of(keys)};
        if (const std::string& more = one_of(keys); more != columns.front()) {
            columns.push_back(more);
        }
        if (std::ranges::find(table.uniques, columns, &UniqueConstraint::columns) ==
            table.uniques.end()) {
            table.uniques.push_back({chance(50) ? name("uq") : "", columns});
        }
    }
    if (const Column* number = first_of(table, ColumnType::integer); number && chance(50)) {
        table.checks.push_back({chance(70) ? name("ck") : "",
                                number->name + " <> " + std::to_string(90000 + ++counter_)});
    }
    if (const Column* text = first_of(table, ColumnType::text); text && chance(30)) {
        table.checks.push_back({name("ck"), text->name + " <> 'a: b #" + name("c") + "'"});
    }
}

void RandomSchema::add_indexes(Table& table) {
    Index index;
    for (const Column& column : table.columns) {
        if (can_be_key(column.type) && chance(50)) {
            index.columns.push_back({column.name, "", chance(30)});
        }
    }
    const Column* text = first_of(table, ColumnType::text);
    if (text != nullptr && chance(20)) {
        index.columns.push_back({"", "lower(" + text->name + ")", false});
    }
    if (!index.columns.empty()) {
        index.name = name("idx");
        index.unique = chance(20);
        if (const Column* number = first_of(table, ColumnType::integer); number && chance(30)) {
            index.where = number->name + " > 7";
        }
        table.indexes.push_back(index);
    }
    const Column* key = first_of(table, ColumnType::identity);
    if (key != nullptr && text != nullptr && chance(40)) {
        table.search_indexes.push_back({name("fts"), {text->name}, key->name, {}});
    }
}

Table RandomSchema::table(const std::string& name_of_table) {
    Table table;
    table.name = name_of_table;
    const std::size_t count = below(6) + 1;
    for (std::size_t i = 0; i < count; ++i) {
        table.columns.push_back(column("c" + std::to_string(i)));
    }
    choose_key(table);
    add_constraints(table);
    add_indexes(table);
    return table;
}

/// To tables before: so there is no ring.
void RandomSchema::add_foreign_keys(Schema& schema) {
    for (std::size_t i = 0; i < schema.tables.size(); ++i) {
        Table& table = schema.tables[i];
        if (!table.foreign_keys.empty() || !chance(40)) {
            continue;
        }
        const Table& target = schema.tables[below(i + 1)];
        if (target.primary_key.size() != 1) {
            continue;
        }
        const std::string& referenced = target.primary_key.front();
        ColumnType type = std::ranges::find(target.columns, referenced, &Column::name)->type;
        type = type == ColumnType::identity ? ColumnType::integer : type;
        const auto fitting = std::ranges::find_if(table.columns, [&](const Column& column) {
            return column.type == type && column.name != referenced;
        });
        if (fitting != table.columns.end()) {
            table.foreign_keys.push_back(
                {chance(50) ? name("fk") : "",
                 {fitting->name},
                 target.name,
                 {referenced},
                 chance(50) ? ReferentialAction::cascade : ReferentialAction::no_action,
                 ReferentialAction::no_action});
        }
    }
}

Schema RandomSchema::make() {
    Schema schema;
    const std::size_t count = below(4) + 1;
    for (std::size_t i = 0; i < count; ++i) {
        schema.tables.push_back(table(std::string(1, static_cast<char>('a' + i)) + "_table"));
    }
    add_foreign_keys(schema);
    mend(schema);
    return schema;
}

}  // namespace enginebay::testing
