// SPDX-License-Identifier: BSL-1.0
// Connection and Cursor: one connection to a backend, and the rows of its one open query.
// Threads: one thread at a time, except cancel().  Ownership: the engine's caller owns the
// connection; the connection owns its cursor and its cached statements.
//
// The shape follows from measurement: next() gives a whole row as an array of tagged cells, one
// virtual call a row, with views into driver memory. Nothing is copied on the way.
//
// For an author of a backend:
//   1. Derive one final class. Prepare each SQL text once and keep it in a bounded cache.
//   2. Placeholders are `?` on every backend; `??` is a literal question mark. Rewrite them to what
//      the backend wants, leaving strings, quoted names and comments alone.
//   3. One cursor may be open. Any other statement meanwhile throws Errc::cursor_open and names
//      the SQL that is still open.
//   4. Throw only enginebay::Error; map native errors in one place.
//   5. Run the conformance suite.
#pragma once

#include <enginebay/export.hpp>
#include <enginebay/value.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace enginebay {

/// The rows of the open query, forward only.
class ENGINEBAY_API Cursor {
public:
    Cursor() = default;
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;
    virtual ~Cursor();

    /// The next row's cells, column_count() of them, valid until the next call of next() or
    /// close(); nullptr after the last row, and from then on. Throws what the database reports
    /// while it produces rows; the cursor is closed by that.
    virtual const ValueView* next() = 0;

    [[nodiscard]] virtual std::size_t column_count() const noexcept = 0;
    /// The column's name in the result; valid while the cursor is open.
    [[nodiscard]] virtual std::string_view column_name(std::size_t column) const noexcept = 0;

    /// Ends the query: what was not read is drained or cancelled. Closing twice does nothing.
    virtual void close() noexcept = 0;
};

enum class TransactionMode : std::uint8_t {
    read,   ///< sees one state of the database where the backend can; writes throw read_only
    write,  ///< may write; where a backend has one writer, it waits for its turn here
};

class ENGINEBAY_API Connection {
public:
    Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    /// Rolls back what is open, releases what it holds.
    virtual ~Connection();

    /// Starts a query; the cursor belongs to the connection and lives until it is closed. A
    /// statement that yields no rows at all gives a cursor without columns.
    virtual Cursor& query(std::string_view sql, std::span<const ValueView> parameters) = 0;

    /// Runs one statement to its end and gives the number of rows it changed (0 for DDL).
    virtual std::int64_t execute(std::string_view sql, std::span<const ValueView> parameters) = 0;

    /// Throws usage inside a transaction; busy when a write transaction's turn did not come in
    /// time.
    virtual void begin(TransactionMode mode) = 0;
    /// Makes it durable as configured. An aborted transaction is rolled back and throws
    /// transaction_aborted; a connection lost meanwhile throws in_doubt.
    virtual void commit() = 0;
    /// Undoes it; does nothing outside a transaction. Closes an open cursor.
    virtual void rollback() noexcept = 0;
    /// The backend's own view, so a text "BEGIN" counts too.
    [[nodiscard]] virtual bool in_transaction() const noexcept = 0;

    /// Whether it is worth using: a cheap look, no round trip unless it idled long.
    virtual bool alive() noexcept = 0;
    /// Back to the state after connecting, for the next user: cursor closed, transaction rolled
    /// back, session state cleared. No round trip when there is nothing to reset. Throws if the
    /// connection cannot be saved; it is then to be destroyed.
    virtual void reset() = 0;

    /// Asks the running statement to end with Errc::cancelled. From any thread, at any time while
    /// the connection lives; without a running statement it does nothing lasting.
    virtual void cancel() noexcept = 0;

    /// An optional interface or native handle by name, e.g. "poco/1.11"; nullptr where absent.
    /// The connection keeps ownership. Names that end in "/N" carry their own version.
    virtual void* extension(std::string_view name) noexcept = 0;
};

}  // namespace enginebay
