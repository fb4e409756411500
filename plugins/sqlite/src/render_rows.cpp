// SPDX-License-Identifier: BSL-1.0
// Row operations in SQLite's SQL.
#include "render.hpp"
#include "render_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace enginebay::sqlite {
namespace {

constexpr std::size_t rows_in_a_statement = 100;

std::string columns_of(const RowValues& row) {
    std::string text;
    for (const auto& [column, value] : row) {
        text += (text.empty() ? "" : ", ") + render_name(column);
    }
    return text;
}

std::string values_of(const RowValues& row) {
    std::string text;
    for (const auto& [column, value] : row) {
        text += (text.empty() ? "" : ", ") + render_value(value);
    }
    return "(" + text + ")";
}

std::string condition(const RowValues& where) {
    std::string text;
    for (const auto& [column, value] : where) {
        const bool null = std::holds_alternative<std::monostate>(value);
        text += fmt::format("{}{}{}", text.empty() ? " WHERE " : " AND ", render_name(column),
                            null ? " IS NULL" : " = " + render_value(value));
    }
    return text;
}

bool same_columns(const RowValues& left, const RowValues& right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](const auto& l, const auto& r) { return l.first == r.first; });
}

}  // namespace

std::vector<std::string> render_rows(const InsertRows& operation) {
    std::vector<std::string> statements;
    std::size_t in_last = 0;
    for (std::size_t i = 0; i < operation.rows.size(); ++i) {
        const RowValues& row = operation.rows[i];
        if (i > 0 && in_last < rows_in_a_statement && same_columns(operation.rows[i - 1], row)) {
            statements.back() += ",\n    " + values_of(row);
            ++in_last;
            continue;
        }
        statements.push_back(fmt::format("INSERT INTO {} ({}) VALUES\n    {}",
                                         render_name(operation.table), columns_of(row),
                                         values_of(row)));
        in_last = 1;
    }
    return statements;
}

std::vector<std::string> render_rows(const UpdateRows& operation) {
    std::string changes;
    for (const auto& [column, value] : operation.set) {
        changes += fmt::format("{}{} = {}", changes.empty() ? "" : ", ", render_name(column),
                               render_value(value));
    }
    return {fmt::format("UPDATE {} SET {}{}", render_name(operation.table), changes,
                        condition(operation.where))};
}

std::vector<std::string> render_rows(const DeleteRows& operation) {
    return {
        fmt::format("DELETE FROM {}{}", render_name(operation.table), condition(operation.where))};
}

}  // namespace enginebay::sqlite
