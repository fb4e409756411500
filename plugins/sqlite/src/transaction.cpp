// SPDX-License-Identifier: BSL-1.0
// Transactions: deferred for reading, immediate and queued for writing.
#include "transaction.hpp"

#include "error_map.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace enginebay::sqlite {

Transaction::Transaction(sqlite3* db, std::shared_ptr<WriteQueue> queue,
                         std::chrono::milliseconds patience)
    : db_{db}, queue_{std::move(queue)}, patience_{patience} {}

Transaction::~Transaction() { close(); }

void Transaction::close() noexcept {
    if (db_ == nullptr) {
        return;  // closed before, and the database with it
    }
    rollback();
    for (sqlite3_stmt** statement : {&begin_read_, &begin_write_, &commit_, &rollback_}) {
        sqlite3_finalize(std::exchange(*statement, nullptr));
    }
    db_ = nullptr;
}

bool Transaction::open() const noexcept {
    return state_ == State::aborted || sqlite3_get_autocommit(db_) == 0;
}

void Transaction::run(sqlite3_stmt*& statement, std::string_view sql) {
    if (statement == nullptr &&
        sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK) {
        throw native_error(db_, "prepare", sql);
    }
    if (sqlite3_step(statement) != SQLITE_DONE) {
        const Error error = native_error(db_, sql, {});
        sqlite3_reset(statement);
        throw error;
    }
    sqlite3_reset(statement);
}

void Transaction::begin(TransactionMode mode) {
    if (open()) {
        throw Error{Errc::usage, "begin: a transaction is open already; commit it or roll it back"};
    }
    if (mode == TransactionMode::read) {
        run(begin_read_, "BEGIN DEFERRED");
        state_ = State::read;
        return;
    }
    take_turn();
    try {
        run(begin_write_, "BEGIN IMMEDIATE");
    } catch (...) {
        leave_turn();
        throw;
    }
    state_ = State::write;
}

void Transaction::commit() {
    if (state_ == State::aborted) {
        state_ = State::none;
        throw Error{Errc::transaction_aborted,
                    "commit: SQLite rolled the transaction back after an earlier failure; nothing "
                    "of it was kept, run it again"};
    }
    if (sqlite3_get_autocommit(db_) != 0) {
        throw Error{Errc::usage, "commit: no transaction is open"};
    }
    try {
        run(commit_, "COMMIT");
    } catch (...) {
        // Busy, or a deferred constraint: still open. A full disk: rolled back, and this throw
        // already says so.
        if (sqlite3_get_autocommit(db_) != 0) {
            state_ = State::none;
            leave_turn();
        }
        throw;
    }
    state_ = State::none;
    leave_turn();
}

void Transaction::rollback() noexcept {
    if (sqlite3_get_autocommit(db_) == 0) {
        try {
            run(rollback_, "ROLLBACK");
        } catch (const Error&) {
            // SQLite rolled back by itself meanwhile: the wanted state.
        }
    }
    state_ = State::none;
    leave_turn();
}

void Transaction::throw_refusal(std::string_view sql) const {
    Error error =
        state_ == State::aborted
            ? Error{Errc::transaction_aborted,
                    fmt::format("SQLite rolled the transaction back after an earlier "
                                "failure; roll back before going on: {}",
                                shorten(sql))}
            : Error{Errc::read_only, fmt::format("a read transaction cannot write; begin a write "
                                                 "transaction: {}",
                                                 shorten(sql))};
    error.sql(sql);
    throw error;
}

void Transaction::notice_end(bool failed) noexcept {
    if (state_ == State::aborted || sqlite3_get_autocommit(db_) == 0) {
        return;
    }
    state_ = failed ? State::aborted : State::none;
    leave_turn();
}

void Transaction::take_turn() {
    switch (queue_->enter(ticket_, patience_)) {
        case WriteQueue::Outcome::granted:
            has_turn_ = true;
            return;
        case WriteQueue::Outcome::cancelled:
            throw Error{Errc::cancelled, "cancelled while waiting for the turn to write"};
        case WriteQueue::Outcome::timed_out:
            throw Error{
                Errc::busy,
                fmt::format(
                    "cannot begin to write: another transaction of this process writes, and "
                    "its turn did not end within {} ms",
                    patience_.count())};
    }
}

void Transaction::leave_turn() noexcept {
    if (has_turn_) {
        has_turn_ = false;
        queue_->leave(ticket_);
    }
}

void Transaction::cancel() noexcept { queue_->cancel(ticket_); }

}  // namespace enginebay::sqlite
