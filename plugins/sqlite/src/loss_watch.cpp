// SPDX-License-Identifier: BSL-1.0
// Looks for losses, each in its own words.
#include "loss_watch.hpp"

#include "dialect.hpp"
#include "raw.hpp"
#include "render.hpp"
#include "render_parts.hpp"
#include "scratch.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace enginebay::sqlite {
namespace {

Structure without(const Structure& all, const Structure& some) {
    Structure rest;
    std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
    return rest;
}

bool same_thing(const StructureFact& left, const StructureFact& right) {
    return left.kind == right.kind && left.table == right.table && left.name == right.name;
}

bool holds(const Structure& facts, const StructureFact& fact) {
    return std::any_of(facts.begin(), facts.end(),
                       [&](const StructureFact& one) { return same_thing(one, fact); });
}

std::string described(const StructureFact& fact) {
    const std::string name =
        fact.table == fact.name ? fact.name : fmt::format("{}.{}", fact.table, fact.name);
    return fmt::format("{} {}{}", fact.kind, name,
                       fact.definition.empty() ? "" : ": " + fact.definition);
}

const Column* find_column(const Schema& schema, const std::string& table, const std::string& name) {
    const Table* owner = find_table(schema, table);
    if (owner == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(owner->columns.begin(), owner->columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == owner->columns.end() ? nullptr : &*found;
}

/// The condition that a value of the type fulfils; `{0}` is the column.
std::string_view condition_of(ColumnType type) {
    switch (type) {
        case ColumnType::text:
            return "typeof({0}) = 'text'";
        case ColumnType::integer:
        case ColumnType::identity:
            return "typeof({0}) = 'integer'";
        case ColumnType::real:
            return "typeof({0}) = 'real'";
        case ColumnType::boolean:
            return "{0} IN (0, 1)";
        case ColumnType::timestamp:
            return "julianday({0}) IS NOT NULL";
        case ColumnType::json:
            return "json_valid({0})";
        case ColumnType::blob:
            return "typeof({0}) = 'blob'";
        case ColumnType::uuid:
            return "length(replace({0}, '-', '')) = 32 AND replace({0}, '-', '') NOT GLOB "
                   "'*[^0-9a-fA-F]*'";
    }
    return "1";
}

}  // namespace

LossWatch::LossWatch(sqlite3* db, Changes changes, Schema before)
    : db_{db},
      changes_{std::move(changes)},
      before_{std::move(before)},
      was_{take_snapshot(db,
                         changes_.touches_rows() ? std::set<std::string>{} : changes_.copied())} {}

void LossWatch::verify(const Schema& after) {
    const Structure wanted = expected(after);
    put_back(missing(wanted, take_snapshot(db_, {}).facts));
    const Snapshot now = take_snapshot(db_, {});
    for (const StructureFact& fact : missing(wanted, now.facts)) {
        faults_.push_back(described(fact));
    }
    check_numbers(now, after);
    check_orphans(now);
    check_views(now);
    check_rows();
    check_values(after);
    if (faults_.empty()) {
        return;
    }
    std::string text = "this would be lost or broken, and no operation says so:";
    for (const std::string& fault : faults_) {
        text += "\n    " + fault;
    }
    throw Error{Errc::migration_failed, text};
}

/// What was there and is not declared stays; what is declared changes as the declaration does.
Structure LossWatch::expected(const Schema& after) const {
    const Structure declared_before = declared_structure(before_);
    const Structure declared_after = declared_structure(after);
    const Structure removed = without(declared_before, declared_after);
    const Structure added = without(declared_after, declared_before);
    Structure wanted = added;
    for (StructureFact fact : without(was_.facts, removed)) {
        const bool declared =
            std::binary_search(declared_before.begin(), declared_before.end(), fact);
        if (!declared && holds(removed, fact)) {
            continue;  // it was not as declared, and an operation replaces or drops it
        }
        if (!declared) {
            const std::string name = changes_.final_name(fact.table);
            if (name.empty()) {
                continue;
            }
            fact.name = fact.name == fact.table ? name : fact.name;
            fact.table = name;
        }
        wanted.push_back(std::move(fact));
    }
    std::sort(wanted.begin(), wanted.end());
    return wanted;
}

Structure LossWatch::missing(const Structure& expected, const Structure& live) const {
    Structure lost = without(expected, live);
    if (changes_.renames()) {
        // Texts that name what was renamed are rewritten by the library.
        std::erase_if(lost, [&](const StructureFact& fact) { return holds(live, fact); });
    }
    return lost;
}

/// Indexes and triggers that nobody declared go with the old table; their texts are known.
void LossWatch::put_back(const Structure& missing) {
    for (const StructureFact& fact : missing) {
        const auto text = was_.definitions.find(fact.name);
        if ((fact.kind != "index" && fact.kind != "trigger") || text == was_.definitions.end()) {
            continue;
        }
        try {
            run(db_, text->second);
        } catch (const Error& error) {
            faults_.push_back(fmt::format("{} cannot be put back: {}", fact.name, error.what()));
        }
    }
}

void LossWatch::check_numbers(const Snapshot& now, const Schema& after) {
    for (const auto& [table, number] : was_.numbers) {
        const std::string name = changes_.final_name(table);
        const Table* declared = find_table(after, name);
        const bool given_up =
            declared != nullptr &&
            std::none_of(declared->columns.begin(), declared->columns.end(),
                         [](const Column& column) { return column.type == ColumnType::identity; });
        if (name.empty() || given_up) {
            continue;
        }
        const auto found = now.numbers.find(name);
        if (found == now.numbers.end() || found->second < number) {
            faults_.push_back(
                fmt::format("numbers up to {} that {} gave out would come again", number, name));
        }
    }
}

void LossWatch::check_orphans(const Snapshot& now) {
    std::map<std::pair<std::string, std::string>, std::int64_t> allowed;
    for (const auto& [tables, count] : was_.orphans) {
        allowed[{changes_.final_name(tables.first), changes_.final_name(tables.second)}] += count;
    }
    for (const auto& [tables, count] : now.orphans) {
        if (count > allowed[tables]) {
            faults_.push_back(fmt::format("{} rows of {} refer to rows of {} that are not there",
                                          count - allowed[tables], tables.first, tables.second));
        }
    }
}

void LossWatch::check_views(const Snapshot& now) {
    for (const std::string& view : was_.views) {
        if (!now.views.contains(view)) {
            faults_.push_back(fmt::format("view {} could not be queried any more", view));
        }
    }
}

void LossWatch::check_rows() {
    for (const auto& [table, count] : was_.rows) {
        const std::string name = changes_.final_name(table);
        if (name.empty()) {
            continue;
        }
        RawStatement row{db_, fmt::format("SELECT count(*) FROM {}", quote_identifier(name))};
        const std::int64_t now = row.step() ? row.integer(0) : 0;
        if (now != count) {
            faults_.push_back(fmt::format("{} had {} rows and has {}", name, count, now));
        }
    }
}

/// SQLite keeps a value that is none of the column's type, and says nothing.
void LossWatch::check_values(const Schema& after) {
    for (const auto& [old_table, old_name, table, name] : changes_.altered()) {
        const Column* old = find_column(before_, old_table, old_name);
        const Column* column = find_column(after, table, name);  // none when it was dropped again
        if (column == nullptr || column->native.contains(backend_name) ||
            (old != nullptr && old->type == column->type)) {
            continue;
        }
        const std::string quoted = quote_identifier(name);
        const std::string condition = fmt::format(fmt::runtime(condition_of(column->type)), quoted);
        RawStatement row{db_, fmt::format("SELECT quote({0}) FROM {1} WHERE {0} IS NOT NULL AND "
                                          "NOT coalesce({2}, 0) LIMIT 1",
                                          quoted, quote_identifier(table), condition)};
        if (row.step()) {
            faults_.push_back(fmt::format("the value {} of {}.{} is none of its new type",
                                          row.text(0), table, name));
        }
    }
}

}  // namespace enginebay::sqlite
