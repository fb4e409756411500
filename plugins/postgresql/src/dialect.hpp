// SPDX-License-Identifier: BSL-1.0
// PostgresDialect: how PostgreSQL spells what has no common spelling.
// Threads: stateless.
#pragma once

#include <enginebay/dialect.hpp>

#include <string>

namespace enginebay::postgresql {

class PostgresDialect final : public Dialect {
public:
    [[nodiscard]] std::string quote(std::string_view identifier) const override;
    [[nodiscard]] std::string literal(std::string_view text) const override;
    [[nodiscard]] std::string upsert(std::string_view table, std::span<const std::string_view> key,
                                     std::span<const std::string_view> columns) const override;
    [[nodiscard]] std::string_view claim_clause() const noexcept override;
    [[nodiscard]] std::string placeholder(std::size_t n) const override;
};

/// The same as PostgresDialect::quote and literal, for the other files of this plugin.
std::string quote_name(std::string_view identifier);
std::string quote_text(std::string_view text);

}  // namespace enginebay::postgresql
