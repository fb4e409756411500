// SPDX-License-Identifier: BSL-1.0
// PostgresDialect: text only, never a connection.
#include "dialect.hpp"

#include <enginebay/error.hpp>
#include <enginebay/schema.hpp>

#include <algorithm>

namespace enginebay::postgresql {
namespace {

std::string doubled(std::string_view text, char quote) {
    std::string out{quote};
    for (const char c : text) {
        out += c;
        if (c == quote) {
            out += c;
        }
    }
    return out += quote;
}

}  // namespace

std::string quote_name(std::string_view identifier) {
    if (identifier.empty()) {
        throw Error{Errc::usage, "a name in SQL cannot be empty"};
    }
    if (identifier.find('\0') != std::string_view::npos) {
        throw Error{Errc::usage, "a name in SQL cannot hold a NUL byte"};
    }
    return doubled(identifier, '"');
}

std::string quote_text(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        throw Error{Errc::value, "text in SQL cannot hold a NUL byte"};
    }
    // Every session has standard_conforming_strings on: a backslash is a backslash.
    return doubled(text, '\'');
}

std::string PostgresDialect::quote(std::string_view identifier) const {
    return quote_name(identifier);
}

std::string PostgresDialect::literal(std::string_view text) const { return quote_text(text); }

std::string name_list(std::span<const std::string_view> names) {
    std::string list;
    for (const std::string_view name : names) {
        list += (list.empty() ? "" : ", ") + quote_name(name);
    }
    return list;
}

std::string conflict_clause(std::span<const std::string_view> key,
                            std::span<const std::string_view> columns) {
    if (key.empty() || columns.empty()) {
        throw Error{Errc::usage, "an upsert names at least one key column and one column"};
    }
    for (const std::string_view name : key) {
        if (std::find(columns.begin(), columns.end(), name) == columns.end()) {
            throw Error{Errc::usage,
                        "an upsert gives every key column a value; missing: " + std::string{name}};
        }
    }
    std::string assignments;
    for (const std::string_view column : columns) {
        if (std::find(key.begin(), key.end(), column) == key.end()) {
            const std::string name = quote_name(column);
            assignments.append(assignments.empty() ? "" : ", ")
                .append(name)
                .append(" = EXCLUDED.")
                .append(name);
        }
    }
    return " ON CONFLICT (" + name_list(key) + ") DO " +
           (assignments.empty() ? "NOTHING" : "UPDATE SET " + assignments);
}

std::string PostgresDialect::upsert(std::string_view table, std::span<const std::string_view> key,
                                    std::span<const std::string_view> columns) const {
    const std::string conflict = conflict_clause(key, columns);
    std::string sql = "INSERT INTO " + quote_name(table) + " (" + name_list(columns) + ") VALUES (";
    for (std::size_t i = 0; i < columns.size(); ++i) {
        sql += i == 0 ? "?" : ", ?";
    }
    return sql + ")" + conflict;
}

std::string_view PostgresDialect::claim_clause() const noexcept {
    return " FOR UPDATE SKIP LOCKED";
}

std::string search_document(const SearchIndex& index) {
    std::string document;
    for (const std::string& column : index.columns) {
        document += (document.empty() ? "" : " || ' ' || ");
        document += "coalesce(" + quote_name(column) + ", '')";
    }
    return "to_tsvector('simple', " + document + ")";
}

std::string PostgresDialect::instant(std::string_view expression) const {
    return std::string{expression};
}

std::string PostgresDialect::search(std::string_view table, const SearchIndex& index) const {
    const std::string document = search_document(index);
    return "SELECT " + quote_name(index.key) + " AS found, ts_rank(" + document +
           ", wanted) AS rank FROM " + quote_name(table) +
           ", plainto_tsquery('simple', ?) AS wanted WHERE " + document + " @@ wanted";
}

// plainto_tsquery has no operators.
std::string PostgresDialect::search_words(std::string_view words) const {
    return std::string{words};
}

std::string PostgresDialect::placeholder(std::size_t n) const { return "$" + std::to_string(n); }

}  // namespace enginebay::postgresql
