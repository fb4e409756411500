// SPDX-License-Identifier: BSL-1.0
// PostgresDialect: how PostgreSQL spells what has no common spelling.
// Threads: stateless.
#pragma once

#include <enginebay/dialect.hpp>

#include <span>
#include <string>
#include <string_view>

namespace enginebay::postgresql {

class PostgresDialect final : public Dialect {
public:
    [[nodiscard]] std::string quote(std::string_view identifier) const override;
    [[nodiscard]] std::string literal(std::string_view text) const override;
    [[nodiscard]] std::string upsert(std::string_view table, std::span<const std::string_view> key,
                                     std::span<const std::string_view> columns) const override;
    [[nodiscard]] std::string_view claim_clause() const noexcept override;
    [[nodiscard]] std::string instant(std::string_view expression) const override;
    [[nodiscard]] std::string search(std::string_view table,
                                     const SearchIndex& index) const override;
    [[nodiscard]] std::string search_words(std::string_view words) const override;
    [[nodiscard]] std::string placeholder(std::size_t n) const override;
};

/// The same as PostgresDialect::quote and literal, for the other files of this plugin.
std::string quote_name(std::string_view identifier);
std::string quote_text(std::string_view text);
/// "a", "b", "c"
std::string name_list(std::span<const std::string_view> names);
/// What makes an INSERT an upsert; begins with a space.
std::string conflict_clause(std::span<const std::string_view> key,
                            std::span<const std::string_view> columns);

/// What a search index holds and a search looks through: the same text, so that the index is used.
std::string search_document(const SearchIndex& index);

}  // namespace enginebay::postgresql
