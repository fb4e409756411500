// SPDX-License-Identifier: BSL-1.0
// Transaction: begin, commit and rollback of one connection, for our own calls and Poco's alike.
// Threads: the thread that uses the connection, except cancel().  Ownership: belongs to its
// connection; keeps the turn in the write queue from begin(write) until the transaction ends,
// however it ends.
#pragma once

#include "write_queue.hpp"

#include <enginebay/connection.hpp>

#include <chrono>
#include <memory>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace enginebay::sqlite {

class Transaction {
public:
    Transaction(sqlite3* db, std::shared_ptr<WriteQueue> queue, std::chrono::milliseconds patience);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    void begin(TransactionMode mode);
    void commit();
    void rollback() noexcept;
    /// SQLite's own view, and a transaction that SQLite ended by itself and nobody acknowledged.
    [[nodiscard]] bool open() const noexcept;

    /// A statement must not run: SQLite rolled back by itself, or it writes in a read transaction.
    [[nodiscard]] bool refuses(bool read_only) const noexcept {
        return state_ == State::aborted || (state_ == State::read && !read_only);
    }
    /// Why refuses() said so.
    [[noreturn]] void throw_refusal(std::string_view sql) const;

    /// To be called before each statement is stepped: one that writes outside a transaction is a
    /// write transaction of its own and takes its turn like the others.
    void before_statement(bool read_only) {
        if (!read_only && !has_turn_ && !open()) {
            take_turn();
            statement_turn_ = true;
        }
    }
    /// To be called after each statement: notices a transaction ended by a text COMMIT, or by
    /// SQLite itself after an error.
    void after_statement(bool failed) noexcept {
        if (state_ != State::none) {
            notice_end(failed);
        }
        end_statement_turn();
    }
    /// The part of it for a statement that was left before its end.
    void end_statement_turn() noexcept {
        if (statement_turn_) {
            statement_turn_ = false;
            leave_turn();
        }
    }

    /// Ends a wait for the turn to write. From any thread.
    void cancel() noexcept;

    /// Finalises its statements; called before the connection closes.
    void close() noexcept;

private:
    enum class State { none, read, write, aborted };

    void take_turn();
    void leave_turn() noexcept;
    void notice_end(bool failed) noexcept;
    void run(sqlite3_stmt*& statement, std::string_view sql);

    sqlite3* db_;
    std::shared_ptr<WriteQueue> queue_;
    std::chrono::milliseconds patience_;
    WriteQueue::Ticket ticket_;
    bool has_turn_{false};
    bool statement_turn_{false};  ///< the turn is the running statement's alone
    State state_{State::none};
    sqlite3_stmt* begin_read_{nullptr};
    sqlite3_stmt* begin_write_{nullptr};
    sqlite3_stmt* commit_{nullptr};
    sqlite3_stmt* rollback_{nullptr};
};

}  // namespace enginebay::sqlite
