// SPDX-License-Identifier: BSL-1.0
// SQLite's spelling of what has no common one.
// Threads: stateless.
#pragma once

#include <enginebay/dialect.hpp>

namespace enginebay::sqlite {

class SqliteDialect final : public Dialect {
public:
    [[nodiscard]] std::string quote(std::string_view identifier) const override;
    [[nodiscard]] std::string literal(std::string_view text) const override;
    [[nodiscard]] std::string upsert(std::string_view table, std::span<const std::string_view> key,
                                     std::span<const std::string_view> columns) const override;
    [[nodiscard]] std::string_view claim_clause() const noexcept override { return {}; }
    [[nodiscard]] std::string instant(std::string_view expression) const override;
    [[nodiscard]] std::string search(std::string_view table,
                                     const SearchIndex& index) const override;
    [[nodiscard]] std::string search_words(std::string_view words) const override;
    [[nodiscard]] std::string placeholder(std::size_t n) const override;
};

/// `"name"`, for the rest of the plugin.
[[nodiscard]] std::string quote_identifier(std::string_view identifier);
/// `'text'`.
[[nodiscard]] std::string quote_literal(std::string_view text);

}  // namespace enginebay::sqlite
