// SPDX-License-Identifier: BSL-1.0
// The statements of a rebuild, in the order SQLite's own documentation gives.
#include "rebuild.hpp"

#include "dialect.hpp"
#include "render.hpp"
#include "render_parts.hpp"
#include "tokens.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace enginebay::sqlite {
namespace {

using Statements = std::vector<std::string>;
using Expressions = std::map<std::string, std::string>;  // column -> where its value comes from

Table table_of(const Schema& before, const std::string& name) {
    const Table* table = find_table(before, name);
    if (table == nullptr) {
        throw Error{Errc::input, fmt::format("there is no table '{}' at this point", name)};
    }
    return *table;
}

/// The rows, by the columns both tables have.
std::string copy(const Table& before, const Table& after, const std::string& target,
                 const Expressions& expressions) {
    std::string columns;
    std::string values;
    for (const Column& column : after.columns) {
        const bool there = std::any_of(before.columns.begin(), before.columns.end(),
                                       [&](const Column& old) { return old.name == column.name; });
        if (!there) {
            continue;
        }
        const auto given = expressions.find(column.name);
        columns += (columns.empty() ? "" : ", ") + render_name(column.name);
        values += (values.empty() ? "" : ", ") +
                  (given == expressions.end() ? render_name(column.name) : given->second);
    }
    return fmt::format("INSERT INTO {} ({})\nSELECT {}\n  FROM {}", render_name(target), columns,
                       values, render_name(before.name));
}

bool gives_out_numbers(const Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [](const Column& column) { return column.type == ColumnType::identity; });
}

/// Numbers that were given out once are not given out again, also those of deleted rows.
void carry_numbers(Statements& statements, const std::string& table, const std::string& target) {
    statements.push_back(
        fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", quote_literal(target)));
    statements.push_back(fmt::format(
        "INSERT INTO sqlite_sequence (name, seq)\nSELECT {0}, n\n  FROM (SELECT max(n) AS n\n"
        "          FROM (SELECT seq AS n FROM sqlite_sequence WHERE name = {1}\n"
        "                UNION ALL SELECT max(rowid) FROM {2}))\n WHERE n IS NOT NULL",
        quote_literal(target), quote_literal(table), render_name(target)));
}

/// What hung on the old table and went with it.
void restore_parts(Statements& statements, const Table& after, const Expressions& changed) {
    for (const Index& index : after.indexes) {
        statements.push_back(render_index(after.name, index));
    }
    for (const SearchIndex& index : after.search_indexes) {
        Statements search = render_search_index(after.name, index);
        const std::string refill = search.back();
        // The full-text table is still there; only its triggers are not.
        statements.insert(statements.end(), search.begin() + 1, search.end() - 1);
        const bool stale =
            std::any_of(index.columns.begin(), index.columns.end(),
                        [&](const std::string& column) { return changed.contains(column); });
        if (stale) {
            statements.push_back(refill);
        }
    }
}

Statements rebuild(const Table& before, const Table& after, const Expressions& expressions = {}) {
    const std::string target = std::string{copy_prefix} + after.name;
    Table made = after;
    made.name = target;
    Statements statements{render_table(made), copy(before, after, target, expressions)};
    if (gives_out_numbers(after)) {
        carry_numbers(statements, before.name, target);
    }
    statements.push_back(fmt::format("DROP TABLE {}", render_name(before.name)));
    // Views and triggers name a table that is gone for a moment: they must not be looked at, and
    // what refers to the old name means the new table.
    statements.emplace_back("PRAGMA legacy_alter_table = ON");
    statements.push_back(
        fmt::format("ALTER TABLE {} RENAME TO {}", render_name(target), render_name(after.name)));
    statements.emplace_back("PRAGMA legacy_alter_table = OFF");
    restore_parts(statements, after, expressions);
    return statements;
}

/// The table as `change` leaves it.
template <class Change>
Statements rebuild_with(const Schema& before, const std::string& name, const Change& change) {
    const Table old = table_of(before, name);
    Table table = old;
    change(table);
    return rebuild(old, table);
}

template <class Constraint, class Drop>
void drop_constraint(std::vector<Constraint>& constraints, const Drop& operation) {
    const auto found =
        std::find_if(constraints.begin(), constraints.end(), [&](const Constraint& constraint) {
            return operation.name.empty() ? constraint.columns == operation.columns
                                          : constraint.name == operation.name;
        });
    if (found != constraints.end()) {
        constraints.erase(found);
    }
}

/// Which table an operation copies.
struct Which {
    std::string operator()(const AddColumn& o) const {
        const auto* fallback = o.column.fallback ? &*o.column.fallback : nullptr;
        const bool moment =
            fallback != nullptr && std::holds_alternative<CurrentTimestamp>(*fallback);
        return moment ? o.table : std::string{};
    }
    std::string operator()(const AlterColumn& o) const { return o.table; }
    std::string operator()(const AddUnique& o) const { return o.table; }
    std::string operator()(const DropUnique& o) const { return o.table; }
    std::string operator()(const AddCheck& o) const { return o.table; }
    std::string operator()(const DropCheck& o) const { return o.table; }
    std::string operator()(const AddForeignKey& o) const { return o.table; }
    std::string operator()(const DropForeignKey& o) const { return o.table; }
    template <class Other>
    std::string operator()(const Other& /*operation*/) const {
        return {};
    }
};

}  // namespace

Statements render_rebuild(const AddColumn& operation, const Schema& before) {
    return rebuild_with(before, operation.table,
                        [&](Table& table) { table.columns.push_back(operation.column); });
}

Statements render_rebuild(const AlterColumn& operation, const Schema& before) {
    const Table old = table_of(before, operation.table);
    Table table = old;
    for (Column& column : table.columns) {
        column = column.name == operation.column.name ? operation.column : column;
    }
    Expressions expressions;
    if (const auto given = operation.using_.find(backend_name); given != operation.using_.end()) {
        expressions.emplace(operation.column.name, given->second);
    }
    return rebuild(old, table, expressions);
}

Statements render_rebuild(const AddUnique& operation, const Schema& before) {
    return rebuild_with(before, operation.table,
                        [&](Table& table) { table.uniques.push_back(operation.unique); });
}

Statements render_rebuild(const DropUnique& operation, const Schema& before) {
    return rebuild_with(before, operation.table,
                        [&](Table& table) { drop_constraint(table.uniques, operation); });
}

Statements render_rebuild(const AddCheck& operation, const Schema& before) {
    return rebuild_with(before, operation.table,
                        [&](Table& table) { table.checks.push_back(operation.check); });
}

Statements render_rebuild(const DropCheck& operation, const Schema& before) {
    return rebuild_with(before, operation.table, [&](Table& table) {
        std::erase_if(table.checks, [&](const CheckConstraint& check) {
            return operation.name.empty()
                       ? normalize(check.expression) == normalize(operation.expression)
                       : check.name == operation.name;
        });
    });
}

Statements render_rebuild(const AddForeignKey& operation, const Schema& before) {
    return rebuild_with(before, operation.table,
                        [&](Table& table) { table.foreign_keys.push_back(operation.foreign_key); });
}

Statements render_rebuild(const DropForeignKey& operation, const Schema& before) {
    return rebuild_with(before, operation.table,
                        [&](Table& table) { drop_constraint(table.foreign_keys, operation); });
}

std::string rebuilt_table(const Operation& operation) { return std::visit(Which{}, operation); }

}  // namespace enginebay::sqlite
