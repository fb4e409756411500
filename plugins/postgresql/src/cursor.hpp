// SPDX-License-Identifier: BSL-1.0
// ResultCursor: the rows of a result that has arrived whole, or of results that come one by one.
// Threads: one thread at a time.  Ownership: part of one connection, used again for every query.
#pragma once

#include "decode.hpp"
#include "libpq.hpp"
#include "row_stream.hpp"

#include <enginebay/connection.hpp>

#include <string>
#include <vector>

namespace enginebay::postgresql {

class ResultCursor final : public Cursor {
public:
    /// Takes over a result. `columns` say how to read it and are copied; empty: by the result's own
    /// types, in text form. `stream` brings the rows after those of `result`; may be null.
    void open(Result result, const std::vector<Decoder>& columns, std::string_view sql,
              RowStream* stream);

    /// Rows are left, so the connection may not be used for anything else.
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    [[nodiscard]] const std::string& sql() const noexcept { return sql_; }

    const ValueView* next() override;
    [[nodiscard]] std::size_t column_count() const noexcept override { return cells_.size(); }
    [[nodiscard]] std::string_view column_name(std::size_t column) const noexcept override;
    void close() noexcept override { leave(false); }
    /// Closes it knowing that the transaction is about to be rolled back.
    void close_for_rollback() noexcept { leave(true); }

private:
    bool fetch();
    void leave(bool may_abort_transaction) noexcept;

    Result result_;
    RowStream* stream_{nullptr};
    std::vector<Decoder> columns_;
    std::vector<ValueView> cells_;
    std::vector<std::string> scratch_;  // for cells that are not in the result as they are shown
    std::string sql_;
    int row_{0};
    int rows_{0};
    bool open_{false};
};

}  // namespace enginebay::postgresql
