// SPDX-License-Identifier: BSL-1.0
// Renames, and what counts as the same.
#include "migration/autogenerate.hpp"
#include "migration/checksum.hpp"
#include "schema/check_table.hpp"

#include <algorithm>

namespace enginebay::migration {
namespace {

/// A hint counts once: while the old name is there, the new one is not, and the old is not meant to
/// stay.
bool is_renamed(const Schema& from, const Schema& to, const Table& table) {
    return !table.renamed_from.empty() && schema::find_table(from, table.name) == nullptr &&
           schema::find_table(from, table.renamed_from) != nullptr &&
           schema::find_table(to, table.renamed_from) == nullptr;
}

bool is_renamed(const Table& from, const Table& to, const Column& column) {
    return !column.renamed_from.empty() && schema::find_column(from, column.name) == nullptr &&
           schema::find_column(from, column.renamed_from) != nullptr &&
           schema::find_column(to, column.renamed_from) == nullptr;
}

std::string sql(const std::string& text) { return normalized_sql(text); }

}  // namespace

void add_renames(Steps& steps, const Schema& to) {
    for (const Table& table : to.tables) {
        if (is_renamed(steps.now(), to, table)) {
            steps.add(RenameTable{table.renamed_from, table.name});
        }
    }
    for (const Table& table : to.tables) {
        for (const Column& column : table.columns) {
            const Table* now = schema::find_table(steps.now(), table.name);
            if (now != nullptr && is_renamed(*now, table, column)) {
                steps.add(RenameColumn{table.name, column.renamed_from, column.name});
            }
        }
    }
}

Schema renamed_back(Schema from, const Schema& to) {
    const Schema before = from;
    for (Table& table : from.tables) {
        table.renamed_from.clear();
        for (Column& column : table.columns) {
            column.renamed_from.clear();
        }
    }
    for (const Table& wanted : to.tables) {
        const bool moved = is_renamed(before, to, wanted);
        Table* table = schema::find_table(from, moved ? wanted.renamed_from : wanted.name);
        if (table == nullptr) {
            continue;
        }
        if (moved) {
            table->renamed_from = wanted.name;
        }
        const Table old = *table;
        for (const Column& column : wanted.columns) {
            if (is_renamed(old, wanted, column)) {
                std::ranges::find(table->columns, column.renamed_from, &Column::name)
                    ->renamed_from = column.name;
            }
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
