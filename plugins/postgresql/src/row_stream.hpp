// SPDX-License-Identifier: BSL-1.0
// RowStream: a query whose rows libpq hands over one by one (single-row mode).
// Threads: one thread at a time.  Ownership: part of one connection, used again for every stream.
#pragma once

#include "canceller.hpp"
#include "libpq.hpp"

#include <string_view>

namespace enginebay::postgresql {

class RowStream {
public:
    RowStream(PGconn* handle, Canceller& canceller) noexcept
        : handle_{handle}, canceller_{canceller} {}

    /// Rows of a query that was sent are on their way.
    void open(bool in_transaction) noexcept;
    [[nodiscard]] bool is_open() const noexcept { return open_; }
    /// Whether the query belongs to a transaction: libpq cannot tell while it runs.
    [[nodiscard]] bool in_transaction() const noexcept { return in_transaction_; }

    /// The next result that holds a row; null after the last one. Throws what the server reports
    /// meanwhile; the stream has ended then.
    Result next(std::string_view sql);
    /// Ends it early. Inside a transaction the rest is read, unless that is to be rolled back
    /// anyway.
    void leave(bool may_abort_transaction) noexcept;

private:
    bool read_what_is_here() noexcept;
    void end() noexcept;

    PGconn* handle_;
    Canceller& canceller_;
    bool open_{false};
    bool in_transaction_{false};
};

/// Reads results up to the end of the query. Returns the last error among them, null when all went
/// well.
Result drain(PGconn* handle) noexcept;

}  // namespace enginebay::postgresql
