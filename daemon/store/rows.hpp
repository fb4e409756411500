// SPDX-License-Identifier: BSL-1.0
// Rows as older programs have left them, read without ever failing on one: a time in any spelling
// is the instant it means, what is no time is none, NULL is the member's empty value. One odd row
// never hides the others.
// Threads: pure functions.
#pragma once

#include "store/statement.hpp"

#include <enginebay/rows.hpp>
#include <enginebay/session.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace teleclaude {

void read_cell(const enginebay::ValueView& cell, std::string& target);
void read_cell(const enginebay::ValueView& cell, std::int64_t& target);
void read_cell(const enginebay::ValueView& cell, bool& target);
void read_cell(const enginebay::ValueView& cell, std::optional<enginebay::Timestamp>& target);
/// Whatever it holds, as the kind that it has.
void read_cell(const enginebay::ValueView& cell, enginebay::Value& target);

template <class T>
void read_cell(const enginebay::ValueView& cell, std::optional<T>& target) {
    if (cell.is_null()) {
        target.reset();
    } else {
        read_cell(cell, target.emplace());
    }
}

/// Calls fn(name, member) for each described member of `row`.
template <class Row, class Fn>
void for_each_field(Row& row, Fn&& fn) {
    std::apply([&](const auto&... each) { (fn(each.name, row.*(each.member)), ...); },
               fields(static_cast<const std::remove_const_t<Row>*>(nullptr)));
}

/// "a, b, c": the columns of a described row, each behind `prefix`.
template <enginebay::Described Row>
std::string columns_of(std::string_view prefix = {}) {
    std::string list;
    Row row{};
    for_each_field(row, [&](std::string_view name, const auto&) {
        list += (list.empty() ? "" : ", ");
        list.append(prefix).append(name);
    });
    return list;
}

/// The rows of a statement whose columns are those of `Row`, in their order.
template <enginebay::Described Row>
std::vector<Row> read_all(enginebay::Session& session, const Statement& statement) {
    const auto parameters = statement.views();
    enginebay::detail::OpenCursor cursor{session.query_encoded(statement.sql(), parameters)};
    std::vector<Row> all;
    while (const enginebay::ValueView* cells = cursor->next()) {
        Row row{};
        for_each_field(row, [&cells](std::string_view, auto& member) {
            read_cell(*cells, member);
            ++cells;
        });
        all.push_back(std::move(row));
    }
    return all;
}

/// The first of them.
template <enginebay::Described Row>
std::optional<Row> read_first(enginebay::Session& session, const Statement& statement) {
    std::vector<Row> all = read_all<Row>(session, statement);
    return all.empty() ? std::nullopt : std::optional<Row>{std::move(all.front())};
}

/// The first cell of the first row as a number; nothing without a row.
std::optional<std::int64_t> read_number(enginebay::Session& session, const Statement& statement);
/// All cells of the first row; empty without a row.
std::vector<enginebay::Value> read_values(enginebay::Session& session, const Statement& statement);
/// The first cell of each row as text, NULLs left out.
std::vector<std::string> read_texts(enginebay::Session& session, const Statement& statement);

}  // namespace teleclaude
