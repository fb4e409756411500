// SPDX-License-Identifier: BSL-1.0
// Names, types, literals, columns, constraints, tables and indexes in SQLite's SQL.
#include "render_parts.hpp"

#include "dialect.hpp"
#include "tokens.hpp"
#include "values.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <string_view>

namespace enginebay::sqlite {
namespace {

template <class... Handlers>
struct Overloaded : Handlers... {
    using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

std::string type_of(const Column& column) {
    if (const auto own = column.native.find(backend_name); own != column.native.end()) {
        return own->second;
    }
    switch (column.type) {
        case ColumnType::integer:
        case ColumnType::identity:
            return "INTEGER";
        case ColumnType::real:
            return "REAL";
        case ColumnType::boolean:
            return "BOOLEAN";
        case ColumnType::timestamp:
            return "TIMESTAMP";
        case ColumnType::blob:
            return "BLOB";
        case ColumnType::text:
        case ColumnType::json:
        case ColumnType::uuid:
            return "TEXT";
    }
    return "TEXT";
}

std::string hexadecimal(const Blob& bytes) {
    std::string text = "x'";
    for (const std::byte byte : bytes) {
        text += fmt::format("{:02x}", std::to_integer<unsigned>(byte));
    }
    return text + "'";
}

std::string real_literal(double value) {
    std::string text = fmt::format("{}", value);
    if (text.find_first_of(".en") == std::string::npos) {
        text += ".0";
    }
    return text;
}

std::string action(ReferentialAction what) {
    switch (what) {
        case ReferentialAction::no_action:
            return "";
        case ReferentialAction::restrict_:
            return "RESTRICT";
        case ReferentialAction::cascade:
            return "CASCADE";
        case ReferentialAction::set_null:
            return "SET NULL";
        case ReferentialAction::set_default:
            return "SET DEFAULT";
    }
    return "";
}

std::string constraint_name(const std::string& name) {
    return name.empty() ? "" : fmt::format("CONSTRAINT {} ", render_name(name));
}

std::string foreign_key(const ForeignKey& key) {
    std::string text = fmt::format("{}FOREIGN KEY ({}) REFERENCES {}", constraint_name(key.name),
                                   render_names(key.columns), render_name(key.table));
    if (!key.referenced.empty()) {
        text += fmt::format(" ({})", render_names(key.referenced));
    }
    if (key.on_delete != ReferentialAction::no_action) {
        text += " ON DELETE " + action(key.on_delete);
    }
    if (key.on_update != ReferentialAction::no_action) {
        text += " ON UPDATE " + action(key.on_update);
    }
    return text;
}

}  // namespace

std::string render_names(const std::vector<std::string>& list) {
    std::string text;
    for (const std::string& name : list) {
        text += (text.empty() ? "" : ", ") + render_name(name);
    }
    return text;
}

std::string render_value(const Value& value) {
    return std::visit(Overloaded{[](std::monostate) { return std::string{"NULL"}; },
                                 [](bool flag) { return std::string{flag ? "1" : "0"}; },
                                 [](std::int64_t number) { return std::to_string(number); },
                                 [](double number) { return real_literal(number); },
                                 [](const std::string& text) { return quote_literal(text); },
                                 [](const Blob& bytes) { return hexadecimal(bytes); },
                                 [](Timestamp instant) {
                                     std::string text(timestamp_size, '0');
                                     format_timestamp(instant, text.data());
                                     return quote_literal(text);
                                 }},
                      value);
}

std::string render_name(const std::string& name) {
    const bool keyword = sqlite3_keyword_check(name.data(), static_cast<int>(name.size())) != 0;
    return is_plain_name(name) && !keyword ? name : quote_identifier(name);
}

std::string render_column(const Column& column, bool only_key) {
    std::string text = fmt::format("{} {}", render_name(column.name), type_of(column));
    if (column.type == ColumnType::identity) {
        if (!only_key) {
            throw Error{Errc::unsupported,
                        fmt::format("column {}: SQLite gives out numbers for a column that alone "
                                    "is the primary key",
                                    column.name)};
        }
        return text + " PRIMARY KEY AUTOINCREMENT";
    }
    if (only_key) {
        text += " PRIMARY KEY";
    }
    if (!column.nullable) {
        text += " NOT NULL";
    }
    if (column.fallback) {
        text += " DEFAULT ";
        text += std::visit(
            Overloaded{[](const Value& value) { return render_value(value); },
                       [](CurrentTimestamp) { return std::string{"CURRENT_TIMESTAMP"}; }},
            *column.fallback);
    }
    return text;
}

std::string render_index(const std::string& table, const Index& index) {
    std::string columns;
    for (const IndexColumn& column : index.columns) {
        const std::string what =
            column.name.empty() ? fmt::format("({})", column.expression) : render_name(column.name);
        columns += fmt::format("{}{}{}", columns.empty() ? "" : ", ", what,
                               column.descending ? " DESC" : "");
    }
    std::string text = fmt::format("CREATE {}INDEX {} ON {} ({})", index.unique ? "UNIQUE " : "",
                                   render_name(index.name), render_name(table), columns);
    if (!index.where.empty()) {
        text += " WHERE " + index.where;
    }
    return text;
}

std::string render_table(const Table& table) {
    std::vector<std::string> parts;
    parts.reserve(table.columns.size() + 1);
    const bool single = table.primary_key.size() == 1;
    for (const Column& column : table.columns) {
        parts.push_back(render_column(column, single && table.primary_key.front() == column.name));
    }
    if (table.primary_key.size() > 1) {
        parts.push_back(fmt::format("PRIMARY KEY ({})", render_names(table.primary_key)));
    }
    for (const UniqueConstraint& unique : table.uniques) {
        parts.push_back(fmt::format("{}UNIQUE ({})", constraint_name(unique.name),
                                    render_names(unique.columns)));
    }
    for (const CheckConstraint& check : table.checks) {
        parts.push_back(fmt::format("{}CHECK ({})", constraint_name(check.name), check.expression));
    }
    for (const ForeignKey& key : table.foreign_keys) {
        parts.push_back(foreign_key(key));
    }
    std::string text = fmt::format("CREATE TABLE {} (\n", render_name(table.name));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        text += fmt::format("    {}{}\n", parts[i], i + 1 < parts.size() ? "," : "");
    }
    return text + ")";
}

}  // namespace enginebay::sqlite
