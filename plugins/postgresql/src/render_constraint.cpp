// SPDX-License-Identifier: BSL-1.0
// Render: constraints of tables that are there.
#include "dialect.hpp"
#include "render.hpp"
#include "render_parts.hpp"

#include <fmt/format.h>

namespace enginebay::postgresql {
namespace {

using Statements = std::vector<std::string>;

/// A named constraint is added first, which needs no look at the rows, then checked, which lets
/// writers go on.
Statements add_and_validate(const std::string& table, const std::string& name,
                            const std::string& definition) {
    const std::string start = "ALTER TABLE " + quoted(table) + " ";
    if (name.empty()) {
        return {start + "ADD " + definition};
    }
    return {start + "ADD " + named(name) + definition + " NOT VALID",
            start + "VALIDATE CONSTRAINT " + quoted(name)};
}

std::string drop_named(const std::string& table, const std::string& name) {
    return fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", quoted(table), quoted(name));
}

/// The server gave it a name that nobody wrote down: it is looked up by its columns.
std::string drop_by_columns(const std::string& table, char kind,
                            const std::vector<std::string>& columns) {
    std::string names;
    for (const std::string& column : columns) {
        names += (names.empty() ? "" : ", ") + quote_text(column);
    }
    return fmt::format(
        "DO $enginebay$\nDECLARE found name;\nBEGIN\n"
        "    SELECT k.conname INTO STRICT found FROM pg_constraint k\n"
        "     WHERE k.conrelid = {0}::regclass AND k.contype = '{1}'\n"
        "       AND ARRAY(SELECT a.attname::text\n"
        "                   FROM unnest(k.conkey) WITH ORDINALITY AS key(number, place)\n"
        "                   JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = "
        "key.number\n"
        "                  ORDER BY place) = ARRAY[{2}]\n     ORDER BY k.conname LIMIT 1;\n"
        "    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {0}, found);\nEND\n$enginebay$",
        quote_text(quoted(table)), kind, names);
}

/// The catalogue keeps the expression in words of its own: a second check of the same text tells
/// which.
std::string drop_by_expression(const std::string& table, const std::string& expression) {
    return fmt::format(
        "DO $enginebay$\nDECLARE found name;\nBEGIN\n"
        "    ALTER TABLE {1} ADD CONSTRAINT enginebay_probe CHECK ({2}) NOT VALID;\n"
        "    SELECT k.conname INTO STRICT found FROM pg_constraint k\n"
        "      JOIN pg_constraint p ON p.conrelid = k.conrelid AND p.conname = 'enginebay_probe'\n"
        "     WHERE k.conrelid = {0}::regclass AND k.contype = 'c' AND k.oid <> p.oid\n"
        "       AND pg_get_expr(k.conbin, k.conrelid) = pg_get_expr(p.conbin, p.conrelid)\n"
        "     ORDER BY k.conname LIMIT 1;\n"
        "    ALTER TABLE {1} DROP CONSTRAINT enginebay_probe;\n"
        "    EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', {0}, found);\nEND\n$enginebay$",
        quote_text(quoted(table)), quoted(table), expression);
}

}  // namespace

Statements render_constraint(const AddUnique& operation) {
    return {fmt::format("ALTER TABLE {} ADD {}UNIQUE ({})", quoted(operation.table),
                        named(operation.unique.name), list_of(operation.unique.columns))};
}

Statements render_constraint(const DropUnique& operation) {
    return {operation.name.empty() ? drop_by_columns(operation.table, 'u', operation.columns)
                                   : drop_named(operation.table, operation.name)};
}

Statements render_constraint(const AddCheck& operation) {
    return add_and_validate(operation.table, operation.check.name,
                            "CHECK (" + operation.check.expression + ")");
}

Statements render_constraint(const DropCheck& operation) {
    return {operation.name.empty() ? drop_by_expression(operation.table, operation.expression)
                                   : drop_named(operation.table, operation.name)};
}

Statements render_constraint(const AddForeignKey& operation) {
    ForeignKey unnamed = operation.foreign_key;
    unnamed.name.clear();
    return add_and_validate(operation.table, operation.foreign_key.name,
                            foreign_key_definition(unnamed));
}

Statements render_constraint(const DropForeignKey& operation) {
    return {operation.name.empty() ? drop_by_columns(operation.table, 'f', operation.columns)
                                   : drop_named(operation.table, operation.name)};
}

}  // namespace enginebay::postgresql
