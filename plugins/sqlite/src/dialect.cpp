// SPDX-License-Identifier: BSL-1.0
// Quoting and upserts.
#include "dialect.hpp"

#include <enginebay/error.hpp>
#include <enginebay/schema.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace enginebay::sqlite {
namespace {

std::string doubled(std::string_view text, char quote) {
    std::string result;
    result.reserve(text.size() + 2);
    result += quote;
    for (const char c : text) {
        result += c;
        if (c == quote) {
            result += quote;
        }
    }
    result += quote;
    return result;
}

}  // namespace

std::string quote_identifier(std::string_view identifier) {
    if (identifier.empty() || identifier.find('\0') != std::string_view::npos) {
        throw Error{Errc::usage, "a name in SQL must not be empty nor hold a NUL byte"};
    }
    return doubled(identifier, '"');
}

std::string quote_literal(std::string_view text) {
    if (text.find('\0') != std::string_view::npos) {
        throw Error{Errc::usage, "a text literal must not hold a NUL byte"};
    }
    return doubled(text, '\'');
}

std::string SqliteDialect::quote(std::string_view identifier) const {
    return quote_identifier(identifier);
}

std::string SqliteDialect::literal(std::string_view text) const { return quote_literal(text); }

std::string SqliteDialect::upsert(std::string_view table, std::span<const std::string_view> key,
                                  std::span<const std::string_view> columns) const {
    if (key.empty() || columns.empty()) {
        throw Error{Errc::usage, fmt::format("upsert into {}: no key or no columns", table)};
    }
    std::string names;
    std::string marks;
    std::string updates;
    for (const std::string_view column : columns) {
        const std::string name = quote_identifier(column);
        names += (names.empty() ? "" : ", ") + name;
        marks += marks.empty() ? "?" : ", ?";
        if (std::find(key.begin(), key.end(), column) == key.end()) {
            updates += fmt::format("{}{} = excluded.{}", updates.empty() ? "" : ", ", name, name);
        }
    }
    std::string keys;
    for (const std::string_view column : key) {
        keys += (keys.empty() ? "" : ", ") + quote_identifier(column);
    }
    const std::string action = updates.empty() ? "NOTHING" : "UPDATE SET " + updates;
    return fmt::format("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO {}",
                       quote_identifier(table), names, marks, keys, action);
}

// Reads every spelling with a space or a T, with and without fraction and offset; '' gives NULL.
std::string SqliteDialect::instant(std::string_view expression) const {
    return fmt::format("strftime('%Y-%m-%d %H:%M:%f', {})", expression);
}

std::string SqliteDialect::search(std::string_view /*table*/, const SearchIndex& index) const {
    const std::string name = quote_identifier(index.name);
    // FTS5 ranks the best row lowest.
    return fmt::format("SELECT rowid AS found, -rank AS rank FROM {0} WHERE {0} MATCH ?", name);
}

// Each word becomes a phrase, which has no operators but its quotes. What stands between words is
// what the tokenizer takes for that in ASCII.
std::string SqliteDialect::search_words(std::string_view words) const {
    const auto in_word = [](char c) {
        return static_cast<unsigned char>(c) >= 0x80U || (c >= '0' && c <= '9') ||
               (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    };
    std::string phrases;
    auto begin = std::find_if(words.begin(), words.end(), in_word);
    while (begin != words.end()) {
        const auto end = std::find_if_not(begin, words.end(), in_word);
        phrases += (phrases.empty() ? "" : " ") + doubled(std::string(begin, end), '"');
        begin = std::find_if(end, words.end(), in_word);
    }
    return phrases.empty() ? "\"\"" : phrases;  // a phrase without words is found nowhere
}

std::string SqliteDialect::placeholder(std::size_t /*n*/) const { return "?"; }

}  // namespace enginebay::sqlite
