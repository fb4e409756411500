// SPDX-License-Identifier: BSL-1.0
// CopyRow: rows as the bytes of COPY FROM STDIN, binary or text.
// Threads: one thread at a time.  Ownership: keeps its bytes; the names it is made with are
// borrowed.
#pragma once

#include "encode.hpp"

#include <enginebay/value.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::postgresql {

class CopyRow {
public:
    /// `types` are those of the columns, in order.
    CopyRow(std::span<const std::string_view> columns, std::vector<Oid> types);

    /// Every column's type has a binary form that can be written here.
    [[nodiscard]] bool binary() const noexcept { return binary_; }

    /// Adds one row. Throws Errc::value naming the column for a value that does not fit its type.
    void add(const ValueView* cells);
    /// What stands after the last row.
    void finish();

    [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
    void clear() noexcept { bytes_.clear(); }

private:
    void encode(std::span<const ValueView> cells);
    void add_binary(std::span<const ValueView> cells);
    void add_text(std::span<const ValueView> cells);
    void add_parsed(std::string_view text, std::size_t column);
    void add_field(std::string_view bytes);
    template <class Unsigned>
    void add_number(Unsigned value);
    [[noreturn]] void refuse(std::size_t column, std::string_view why) const;

    std::span<const std::string_view> columns_;
    std::vector<Oid> types_;
    bool binary_;
    Encoder encoder_;
    std::string bytes_;
};

}  // namespace enginebay::postgresql
