// SPDX-License-Identifier: BSL-1.0
// Renames, and what counts as the same.
#include "migration/autogenerate.hpp"
#include "migration/checksum.hpp"
#include "schema/check_table.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace enginebay::migration {
namespace {

template <class Named>
const Named* find(const std::vector<Named>& list, const std::string& name) {
    const auto found = std::ranges::find(list, name, &Named::name);
    return found == list.end() ? nullptr : &*found;
}

/// Old and new names, in the order that renaming takes.
using Renames = std::vector<std::pair<std::string, std::string>>;

/// The hints that lead to this new name, the last first: beside "c was b", "b was a" tells that
/// names move on. None where the first of the old names is meant to stay.
template <class Named>
Renames chain_to(const Named& last, const std::vector<Named>& from, const std::vector<Named>& to) {
    Renames chain;
    const Named* target = &last;
    while (target != nullptr && find(from, target->renamed_from) != nullptr &&
           chain.size() < to.size()) {
        chain.emplace_back(target->renamed_from, target->name);
        target = find(to, target->renamed_from);
    }
    return target == nullptr ? chain : Renames{};
}

/// A hint counts once: while the old name is there, the new one is not (or moves on itself), and
/// the old is not meant to stay.
template <class Named>
Renames renames(const std::vector<Named>& from, const std::vector<Named>& to) {
    Renames result;
    for (const Named& wanted : to) {
        if (find(from, wanted.name) != nullptr) {
            continue;
        }
        const Renames chain = chain_to(wanted, from, to);
        const bool taken = std::ranges::any_of(chain, [&](const auto& rename) {
            return std::ranges::find(result, rename.first, &Renames::value_type::first) !=
                   result.end();
        });
        if (!taken) {
            result.insert(result.end(), chain.begin(), chain.end());
        }
    }
    return result;
}

/// What the table is called in `from`.
std::string old_name(const Renames& tables, const std::string& name) {
    const auto found = std::ranges::find(tables, name, &Renames::value_type::second);
    return found == tables.end() ? name : found->first;
}

std::string sql(const std::string& text) { return normalized_sql(text); }

}  // namespace

void add_renames(Steps& steps, const Schema& to) {
    for (const auto& [old, fresh] : renames(steps.now().tables, to.tables)) {
        steps.add(RenameTable{old, fresh});
    }
    for (const Table& table : to.tables) {
        const Table* now = schema::find_table(steps.now(), table.name);
        if (now == nullptr) {
            continue;
        }
        for (const auto& [old, fresh] : renames(now->columns, table.columns)) {
            steps.add(RenameColumn{table.name, old, fresh});
        }
    }
}

Schema renamed_back(Schema from, const Schema& to) {
    for (Table& table : from.tables) {
        table.renamed_from.clear();
        for (Column& column : table.columns) {
            column.renamed_from.clear();
        }
    }
    const Renames tables = renames(from.tables, to.tables);
    for (const Table& wanted : to.tables) {
        const std::string old = old_name(tables, wanted.name);
        Table* table = schema::find_table(from, old);
        if (table == nullptr) {
            continue;
        }
        table->renamed_from = old == wanted.name ? "" : wanted.name;
        for (const auto& [before, after] : renames(table->columns, wanted.columns)) {
            std::ranges::find(table->columns, before, &Column::name)->renamed_from = after;
        }
    }
    return from;
}

bool same_column(const Column& left, const Column& right) {
    Column plain = left;
    plain.renamed_from = right.renamed_from;
    return plain == right;
}

bool same_type(const Column& left, const Column& right) {
    return left.type == right.type && left.native == right.native;
}

bool same(const UniqueConstraint& left, const UniqueConstraint& right) { return left == right; }

bool same(const CheckConstraint& left, const CheckConstraint& right) {
    return left.name == right.name && sql(left.expression) == sql(right.expression);
}

bool same(const ForeignKey& left, const ForeignKey& right) { return left == right; }

bool same(const Index& left, const Index& right) {
    return left.name == right.name && left.unique == right.unique &&
           sql(left.where) == sql(right.where) &&
           std::ranges::equal(left.columns, right.columns,
                              [](const IndexColumn& a, const IndexColumn& b) {
                                  return a.name == b.name && a.descending == b.descending &&
                                         sql(a.expression) == sql(b.expression);
                              });
}

bool same(const SearchIndex& left, const SearchIndex& right) { return left == right; }

Conversion conversion(ColumnType from, ColumnType to) {
    using enum ColumnType;
    const auto is = [&](ColumnType a, ColumnType b) { return from == a && to == b; };
    if (from == to || is(identity, integer) || is(boolean, integer) || is(integer, real) ||
        (to == text && from != real && from != blob && from != boolean)) {
        return Conversion::exact;
    }
    if (is(integer, identity) || is(integer, boolean) ||
        (from == text && to != blob && to != identity && to != boolean)) {
        return Conversion::may_fail;
    }
    return Conversion::none;
}

}  // namespace enginebay::migration
