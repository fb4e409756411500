// SPDX-License-Identifier: BSL-1.0
// Makes and changes schemas at random.
#include "random_schema.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace enginebay::testing {
namespace {

bool has_column(const Table& table, const std::string& name) {
    return std::ranges::find(table.columns, name, &Column::name) != table.columns.end();
}

const Column* first_of(const Table& table, ColumnType type) {
    const auto found = std::ranges::find(table.columns, type, &Column::type);
    return found == table.columns.end() ? nullptr : &*found;
}

bool all_there(const Table& table, const std::vector<std::string>& names) {
    return std::ranges::all_of(names,
                               [&](const std::string& name) { return has_column(table, name); });
}

/// What the two backends can compare and sort alike.
bool can_be_key(ColumnType type) {
    return type == ColumnType::text || type == ColumnType::integer || type == ColumnType::uuid ||
           type == ColumnType::timestamp;
}

const Table* find(const Schema& schema, const std::string& name) {
    const auto found = std::ranges::find(schema.tables, name, &Table::name);
    return found == schema.tables.end() ? nullptr : &*found;
}

}  // namespace

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

void RandomSchema::change(Table& table) {
    if (chance(40)) {
        table.columns.push_back(column(name("n")));
    }
    if (table.columns.size() > 1 && chance(40)) {
        table.columns.erase(table.columns.begin() +
                            static_cast<std::ptrdiff_t>(below(table.columns.size())));
    }
    for (Column& column : table.columns) {
        const bool in_key =
            std::ranges::find(table.primary_key, column.name) != table.primary_key.end();
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

void RandomSchema::rename(Schema& schema, Table& table) {
    if (chance(20)) {
        const std::string old = table.name;
        table.name = name("t");
        table.renamed_from = old;
        for (Table& other : schema.tables) {
            for (ForeignKey& key : other.foreign_keys) {
                key.table = key.table == old ? table.name : key.table;
            }
        }
    }
    if (chance(30)) {
        Column& column = table.columns[below(table.columns.size())];
        const std::string old = column.name;
        const std::string fresh = name("r");
        column.name = fresh;
        column.renamed_from = old;
        const auto follow = [&](std::vector<std::string>& names) {
            std::ranges::replace(names, old, fresh);
        };
        follow(table.primary_key);
        for (UniqueConstraint& unique : table.uniques) {
            follow(unique.columns);
        }
        for (SearchIndex& index : table.search_indexes) {
            follow(index.columns);
            index.key = index.key == old ? fresh : index.key;
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
        for (Index& index : table.indexes) {
            for (IndexColumn& part : index.columns) {
                part.name = part.name == old ? fresh : part.name;
            }
        }
    }
}

/// Takes out what no longer fits the columns.
void RandomSchema::mend(Schema& schema) {
    for (Table& table : schema.tables) {
        const auto type_of = [&](const std::string& name) {
            return std::ranges::find(table.columns, name, &Column::name)->type;
        };
        const auto keys = [&](const std::vector<std::string>& names) {
            return all_there(table, names) &&
                   std::ranges::all_of(names, [&](const std::string& name) {
                       return can_be_key(type_of(name)) || type_of(name) == ColumnType::identity;
                   });
        };
        if (!keys(table.primary_key)) {
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
        // A key over the columns of the primary key is no key of its own on every backend.
        std::erase_if(table.uniques, [&](const auto& unique) {
            return !keys(unique.columns) || unique.columns == table.primary_key;
        });
        // What stands in an expression is written by name and for a type.
        const auto says = [&](const std::string& text, ColumnType type) {
            const std::string word = text.substr(0, text.find(' '));
            return has_column(table, word) && type_of(word) == type;
        };
        std::erase_if(table.checks, [&](const CheckConstraint& check) {
            return !says(check.expression, check.expression.find('\'') != std::string::npos
                                               ? ColumnType::text
                                               : ColumnType::integer);
        });
        std::erase_if(table.indexes, [&](const Index& index) {
            return (!index.where.empty() && !says(index.where, ColumnType::integer)) ||
                   !std::ranges::all_of(index.columns, [&](const IndexColumn& part) {
                       if (!part.name.empty()) {
                           return keys({part.name});
                       }
                       const std::string inner =
                           part.expression.substr(6, part.expression.size() - 7);
                       return has_column(table, inner) && type_of(inner) == ColumnType::text;
                   });
        });
        std::erase_if(table.search_indexes, [&](const SearchIndex& index) {
            return !has_column(table, index.key) || type_of(index.key) != ColumnType::identity ||
                   !all_there(table, index.columns) ||
                   type_of(index.columns.front()) != ColumnType::text;
        });
    }
    for (Table& table : schema.tables) {
        std::erase_if(table.foreign_keys, [&](const ForeignKey& key) {
            const Table* target = find(schema, key.table);
            if (target == nullptr || target->primary_key != key.referenced ||
                !all_there(table, key.columns)) {
                return true;
            }
            const auto plain = [](const Table& in, const std::string& name) {
                const ColumnType type = std::ranges::find(in.columns, name, &Column::name)->type;
                return type == ColumnType::identity ? ColumnType::integer : type;
            };
            return plain(table, key.columns.front()) != plain(*target, key.referenced.front());
        });
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
        rename(result, table);
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
