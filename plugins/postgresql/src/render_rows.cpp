// SPDX-License-Identifier: BSL-1.0
// Render: row operations.
#include "dialect.hpp"
#include "render.hpp"
#include "render_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace enginebay::postgresql {
namespace {

constexpr std::size_t rows_in_a_statement = 100;

class Writer {
public:
    Writer(const Schema& schema, const std::string& table) : schema_{schema}, table_{table} {}

    [[nodiscard]] std::string value(const std::string& column, const Value& value) const {
        const Column* found = find_column(schema_, table_, column);
        return literal(value, found == nullptr ? ColumnType::text : found->type);
    }
    [[nodiscard]] std::string values(const RowValues& row) const {
        std::string text;
        for (const auto& [column, cell] : row) {
            text += (text.empty() ? "" : ", ") + value(column, cell);
        }
        return "(" + text + ")";
    }
    [[nodiscard]] std::string condition(const RowValues& where) const {
        std::string text;
        for (const auto& [column, cell] : where) {
            const bool null = std::holds_alternative<std::monostate>(cell);
            text += fmt::format("{}{}{}", text.empty() ? " WHERE " : " AND ", quoted(column),
                                null ? " IS NULL" : " = " + value(column, cell));
        }
        return text;
    }
    /// Numbers given by hand are not given out again.
    void skip_given_numbers(std::vector<std::string>& statements, const InsertRows& insert) const {
        const Table* table = find_table(schema_, table_);
        if (table == nullptr) {
            return;
        }
        for (const Column& column : table->columns) {
            const bool given =
                std::any_of(insert.rows.begin(), insert.rows.end(),
                            [&](const RowValues& row) { return row.contains(column.name); });
            if (column.type == ColumnType::identity && given) {
                statements.push_back(fmt::format(
                    "SELECT setval({0}, greatest((SELECT max({1}) FROM {2}), nextval({0})))",
                    fmt::format("pg_get_serial_sequence({}, {})", quote_text(quoted(table_)),
                                quote_text(column.name)),
                    quoted(column.name), quoted(table_)));
            }
        }
    }

private:
    const Schema& schema_;
    const std::string& table_;
};

std::string columns_of(const RowValues& row) {
    std::string text;
    for (const auto& [column, value] : row) {
        text += (text.empty() ? "" : ", ") + quoted(column);
    }
    return text;
}

bool same_columns(const RowValues& left, const RowValues& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const auto& l, const auto& r) { return l.first == r.first; });
}

}  // namespace

std::vector<std::string> render_rows(const InsertRows& operation, const Schema& before) {
    const Writer writer{before, operation.table};
    std::vector<std::string> statements;
    std::size_t in_last = 0;
    for (std::size_t i = 0; i < operation.rows.size(); ++i) {
        const RowValues& row = operation.rows[i];
        if (i > 0 && in_last < rows_in_a_statement && same_columns(operation.rows[i - 1], row)) {
            statements.back() += ",\n    " + writer.values(row);
            ++in_last;
            continue;
        }
        statements.push_back(fmt::format("INSERT INTO {} ({}) VALUES\n    {}",
                                         quoted(operation.table), columns_of(row),
                                         writer.values(row)));
        in_last = 1;
    }
    writer.skip_given_numbers(statements, operation);
    return statements;
}

std::vector<std::string> render_rows(const UpdateRows& operation, const Schema& before) {
    const Writer writer{before, operation.table};
    std::string changes;
    for (const auto& [column, value] : operation.set) {
        changes += fmt::format("{}{} = {}", changes.empty() ? "" : ", ", quoted(column),
                               writer.value(column, value));
    }
    return {fmt::format("UPDATE {} SET {}{}", quoted(operation.table), changes,
                        writer.condition(operation.where))};
}

std::vector<std::string> render_rows(const DeleteRows& operation, const Schema& before) {
    return {fmt::format("DELETE FROM {}{}", quoted(operation.table),
                        Writer{before, operation.table}.condition(operation.where))};
}

}  // namespace enginebay::postgresql
