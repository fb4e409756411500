// SPDX-License-Identifier: BSL-1.0
// DeferredBegin: a BEGIN that travels with the transaction's first statement, in one round trip.
// Threads: one thread, the connection's.  Ownership: part of one connection.
//
// To everybody else the transaction is open from begin() on; the server hears of it with the first
// statement. Nothing is lost by that: a transaction sees the database as of its first statement
// anyway. What goes to the server by another way than exchange() must call send() first.
#pragma once

#include "encode.hpp"
#include "libpq.hpp"
#include "statement_cache.hpp"

#include <string>

namespace enginebay::postgresql {

class DeferredBegin {
public:
    explicit DeferredBegin(PGconn* handle) noexcept : handle_{handle} {}

    void defer(std::string sql) noexcept { sql_ = std::move(sql); }
    [[nodiscard]] bool pending() const noexcept { return !sql_.empty(); }
    /// The transaction ends before it began.
    void forget() noexcept { sql_.clear(); }

    /// Sends it alone, if it is pending. Throws what the server reports; it is pending still then,
    /// unless the connection is gone.
    void send();
    /// Sends it with a statement and gives the statement's result. Throws what the server reports
    /// about the BEGIN.
    Result exchange(const Statement& statement, const Encoder& encoder);

private:
    void spoil();

    PGconn* handle_;
    std::string sql_;  // empty: none is pending
};

}  // namespace enginebay::postgresql
