// SPDX-License-Identifier: BSL-1.0
// From one schema to another, in the order that keys and indexes allow: names first, then what
// goes, then tables and columns, then what comes.
#include "migration/autogenerate.hpp"

#include "migration/replay.hpp"
#include "schema/check_table.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <utility>

namespace enginebay::migration {
namespace {

std::vector<std::string> names(const Schema& schema) {
    std::vector<std::string> result;
    result.reserve(schema.tables.size());
    for (const Table& table : schema.tables) {
        result.push_back(table.name);
    }
    return result;
}

bool refers(const Table& table, const std::string& to) {
    return table.name != to && std::ranges::any_of(table.foreign_keys, [&](const ForeignKey& key) {
               return key.table == to;
           });
}

bool is_referred_to(const Schema& schema, const std::string& name) {
    return std::ranges::any_of(schema.tables,
                               [&](const Table& table) { return refers(table, name); });
}

/// Every key of another table that refers to this one.
void drop_keys_to(Steps& steps, const std::string& name) {
    const Schema before = steps.now();
    for (const Table& table : before.tables) {
        for (const ForeignKey& key : table.foreign_keys) {
            if (key.table == name && table.name != name) {
                steps.add(
                    DropForeignKey{table.name, key.name,
                                   key.name.empty() ? key.columns : std::vector<std::string>{}});
            }
        }
    }
}

/// Tables that are not wanted, those that refer to others first; what stays lost its keys to them
/// before. Where they refer to each other in a ring, a key is dropped to break it.
void add_table_drops(Steps& steps, const Schema& to) {
    std::vector<std::string> unwanted = names(steps.now());
    std::erase_if(unwanted,
                  [&](const std::string& name) { return schema::find_table(to, name) != nullptr; });
    while (!unwanted.empty()) {
        auto next = std::ranges::find_if(
            unwanted, [&](const std::string& name) { return !is_referred_to(steps.now(), name); });
        if (next == unwanted.end()) {
            next = unwanted.begin();
            drop_keys_to(steps, *next);
        }
        steps.add(DropTable{*next}, "DECIDE: every row of " + *next + " is lost.");
        unwanted.erase(next);
    }
}

/// Whether the key can be made together with its table: what it refers to is there and stays.
bool is_ready(const Steps& steps, const Schema& to, const Table& table, const ForeignKey& key) {
    if (key.table == table.name) {
        return key.referenced == table.primary_key;
    }
    const Table* now = schema::find_table(steps.now(), key.table);
    const Table* later = schema::find_table(to, key.table);
    if (now == nullptr || later == nullptr || now->primary_key != key.referenced ||
        needs_new_table(*now, *later)) {
        return false;
    }
    return std::ranges::all_of(key.referenced, [&](const std::string& name) {
        return same_type(*schema::find_column(*now, name), *schema::find_column(*later, name));
    });
}

void add_table(Steps& steps, const Schema& to, Table table) {
    table.renamed_from.clear();
    for (Column& column : table.columns) {
        column.renamed_from.clear();
    }
    const Table whole = table;
    std::erase_if(table.foreign_keys,
                  [&](const ForeignKey& key) { return !is_ready(steps, to, whole, key); });
    steps.add(CreateTable{std::move(table)});
}

/// Those that others refer to first, as far as there is such an order.
void add_tables(Steps& steps, const Schema& to) {
    std::vector<const Table*> missing;
    for (const Table& table : to.tables) {
        if (schema::find_table(steps.now(), table.name) == nullptr) {
            missing.push_back(&table);
        }
    }
    while (!missing.empty()) {
        auto next = std::ranges::find_if(missing, [&](const Table* table) {
            return std::ranges::none_of(
                missing, [&](const Table* other) { return refers(*table, other->name); });
        });
        next = next == missing.end() ? missing.begin() : next;
        add_table(steps, to, **next);
        missing.erase(next);
    }
}

}  // namespace

void Steps::add(Operation operation, std::string remark) {
    migration::apply(schema_, operation);
    steps_.push_back({std::move(operation), std::move(remark)});
}

}  // namespace enginebay::migration

namespace enginebay {

std::vector<DraftStep> changes(const Schema& from, const Schema& to) {
    migration::Steps steps{from};
    migration::add_renames(steps, to);
    migration::add_drops(steps, to);
    migration::add_table_drops(steps, to);
    migration::add_tables(steps, to);
    for (const Table& wanted : to.tables) {
        const Table* table = schema::find_table(steps.now(), wanted.name);
        if (migration::needs_new_table(*table, wanted)) {
            migration::add_new_table(steps, wanted);
        } else {
            migration::add_column_changes(steps, wanted);
        }
    }
    migration::add_missing(steps, to);
    return steps.take();
}

}  // namespace enginebay
