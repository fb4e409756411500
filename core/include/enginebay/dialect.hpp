// SPDX-License-Identifier: BSL-1.0
// Dialect: the few places where the SQL of one backend differs from another's.
// Threads: stateless, any thread.  Ownership: owned by its engine.
//
// Portable SQL is written once with `?` placeholders; only what has no common spelling is asked
// of the dialect, which answers with text and never with a connection.
#pragma once

#include <enginebay/export.hpp>

#include <span>
#include <string>
#include <string_view>

namespace enginebay {

struct SearchIndex;

class ENGINEBAY_API Dialect {
public:
    Dialect() = default;
    Dialect(const Dialect&) = delete;
    Dialect& operator=(const Dialect&) = delete;
    virtual ~Dialect();

    /// An identifier, quoted so that any name without a NUL byte is safe. Throws Errc::usage for an
    /// empty name or one with a NUL byte.
    [[nodiscard]] virtual std::string quote(std::string_view identifier) const = 0;

    /// A text literal for generated SQL (defaults in DDL); values of statements are always bound.
    [[nodiscard]] virtual std::string literal(std::string_view text) const = 0;

    /// One statement that inserts a row or, where `key` exists, sets the other columns. One `?` a
    /// column, in the order of `columns`. With no column outside the key it inserts or does
    /// nothing.
    [[nodiscard]] virtual std::string upsert(std::string_view table,
                                             std::span<const std::string_view> key,
                                             std::span<const std::string_view> columns) const = 0;

    /// What to add to a SELECT of queue rows so that two workers never take the same one; begins
    /// with a space. Empty where a write transaction excludes others anyway.
    [[nodiscard]] virtual std::string_view claim_clause() const noexcept = 0;

    /// An expression that compares and sorts as the instant that `expression` (a timestamp column,
    /// or `?`) means, in whichever spelling a row holds it; to the millisecond at least. NULL where
    /// what is kept is no time. For both sides of a comparison alike.
    [[nodiscard]] virtual std::string instant(std::string_view expression) const = 0;

    /// A SELECT with one `?` that finds the rows of `table` through its search index: columns
    /// `found` (the row's key) and `rank` (the higher the better), to be joined with the table. The
    /// parameter is what search_words() makes of a person's words. Throws Errc::unsupported where
    /// the backend has no full-text search.
    [[nodiscard]] virtual std::string search(std::string_view table,
                                             const SearchIndex& index) const = 0;

    /// `words` as the backend's search takes them: rows that hold every word are found, and no
    /// character is an operator.
    [[nodiscard]] virtual std::string search_words(std::string_view words) const = 0;

    /// The nth (from 1) placeholder as the backend itself writes it, e.g. "?" or "$3".
    [[nodiscard]] virtual std::string placeholder(std::size_t n) const = 0;
};

}  // namespace enginebay
