// SPDX-License-Identifier: BSL-1.0
// Render: a column's new definition, as far as it is another than before.
#include "dialect.hpp"
#include "render.hpp"
#include "render_parts.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace enginebay::postgresql {
namespace {

bool is_identity(const Column& column) { return column.type == ColumnType::identity; }

/// The old value as one of the new type; the server refuses what is none.
std::string conversion(const Column& from, const Column& to) {
    const std::string name = quoted(to.name);
    if (from.type == ColumnType::boolean && to.type == ColumnType::integer) {
        return fmt::format("{}::integer::bigint", name);
    }
    if (from.type == ColumnType::integer && to.type == ColumnType::boolean) {
        return fmt::format(
            "CASE {0} WHEN 0 THEN false WHEN 1 THEN true ELSE ('no boolean: ' || {0})::boolean END",
            name);
    }
    if (from.type == ColumnType::timestamp && to.type == ColumnType::text) {
        return fmt::format("to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')", name);
    }
    return fmt::format("{}::{}", name, cast_type_of(to));
}

std::string type_change(const AlterColumn& operation, const Column& old) {
    const Column& column = operation.column;
    const auto given = operation.using_.find(backend_name);
    if (given == operation.using_.end() && cast_type_of(old) == cast_type_of(column)) {
        return {};
    }
    Column plain = column;  // an identity is given after its type
    if (is_identity(column)) {
        plain.type = ColumnType::integer;
    }
    return fmt::format("TYPE {} USING {}", type_of(plain),
                       given == operation.using_.end() ? conversion(old, column) : given->second);
}

/// The numbers an identity column gives out begin behind those that are there.
std::string continue_numbers(const std::string& table, const std::string& column) {
    const std::string sequence = fmt::format("pg_get_serial_sequence({}, {})",
                                             quote_text(quoted(table)), quote_text(column));
    return fmt::format("SELECT setval({0}, greatest((SELECT max({1}) FROM {2}), nextval({0})))",
                       sequence, quoted(column), quoted(table));
}

bool is_word(char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; }

/// Whether the name stands in the expression as a word of its own, wherever that is.
bool mentions(const std::string& expression, const std::string& name) {
    for (std::size_t at = expression.find(name); at != std::string::npos;
         at = expression.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        if ((at == 0 || !is_word(expression[at - 1])) &&
            (end == expression.size() || !is_word(expression[end]))) {
            return true;
        }
    }
    return false;
}

bool mentions(const Index& index, const std::string& name) {
    return mentions(index.where, name) ||
           std::any_of(index.columns.begin(), index.columns.end(), [&](const IndexColumn& column) {
               return mentions(column.expression, name);
           });
}

/// The server would carry expressions over to the new type by writing casts into them, and they
/// would no longer say what is declared: they are made anew.
std::vector<std::string> renew_expressions(const AlterColumn& operation, const Table& table,
                                           std::vector<std::string> statements) {
    std::vector<std::string> before;
    const auto add = [](std::vector<std::string>& list, const std::vector<std::string>& more) {
        list.insert(list.end(), more.begin(), more.end());
    };
    for (const CheckConstraint& check : table.checks) {
        if (mentions(check.expression, operation.column.name)) {
            add(before, render_constraint(DropCheck{table.name, check.name, check.expression}));
            add(statements, render_constraint(AddCheck{table.name, check}));
        }
    }
    for (const Index& index : table.indexes) {
        if (mentions(index, operation.column.name)) {
            before.push_back("DROP INDEX " + quoted(index.name));
            statements.push_back(index_statement(table.name, index));
        }
    }
    add(before, statements);
    return before;
}

}  // namespace

std::vector<std::string> render_alter_column(const AlterColumn& operation, const Schema& before) {
    const Column& column = operation.column;
    const Column* old = find_column(before, operation.table, column.name);
    if (old == nullptr) {
        throw Error{Errc::input, fmt::format("there is no column '{}' in the table '{}' at this "
                                             "point",
                                             column.name, operation.table)};
    }
    std::vector<std::string> changes;
    const auto change = [&](const std::string& what) {
        changes.push_back(fmt::format("ALTER COLUMN {} {}", quoted(column.name), what));
    };
    const std::string type = type_change(operation, *old);
    const std::string fallback = default_expression(column);
    const bool other_default = default_expression(*old) != fallback;
    std::vector<std::string> statements;
    if (is_identity(*old) && !is_identity(column)) {
        // By itself: in one statement with a new type that would be looked at first.
        statements.push_back(fmt::format("ALTER TABLE {} ALTER COLUMN {} DROP IDENTITY",
                                         quoted(operation.table), quoted(column.name)));
    }
    if (!default_expression(*old).empty() && (other_default || !type.empty())) {
        change("DROP DEFAULT");  // it need not convert
    }
    if (!type.empty()) {
        change(type);
    }
    if (!fallback.empty() && (other_default || !type.empty())) {
        change("SET DEFAULT " + fallback);
    }
    if (old->nullable != column.nullable) {
        change(column.nullable ? "DROP NOT NULL" : "SET NOT NULL");
    }
    if (!changes.empty()) {
        std::string text = "ALTER TABLE " + quoted(operation.table);
        for (std::size_t i = 0; i < changes.size(); ++i) {
            text += (i == 0 ? "\n    " : ",\n    ") + changes[i];
        }
        statements.push_back(std::move(text));
    }
    if (is_identity(column) && !is_identity(*old)) {
        statements.push_back(
            fmt::format("ALTER TABLE {} ALTER COLUMN {} ADD GENERATED BY DEFAULT AS "
                        "IDENTITY",
                        quoted(operation.table), quoted(column.name)));
        statements.push_back(continue_numbers(operation.table, column.name));
    }
    if (!type.empty()) {
        return renew_expressions(operation, *find_table(before, operation.table),
                                 std::move(statements));
    }
    return statements;
}

}  // namespace enginebay::postgresql
