// SPDX-License-Identifier: BSL-1.0
// The cursor: one step a row.
#include "connection.hpp"
#include "connection_mutex.hpp"
#include "error_map.hpp"

#include <sqlite3.h>

#include <utility>

namespace enginebay::sqlite {

void SqliteCursor::start(const Statement& statement) {
    transaction_.before_statement(statement.read_only);
    statement_ = &statement;
    at_end_ = false;
    row_ready_ = step();
    // Known after the first step only: it may have prepared anew for a changed schema.
    cells_.resize(static_cast<std::size_t>(sqlite3_column_count(statement.handle)));
    if (row_ready_) {
        read_row(statement.handle, cells_);  // now, while the mutex is held for the statement
    }
}

bool SqliteCursor::step() {
    const int code = sqlite3_step(statement_->handle);
    if (code == SQLITE_ROW) {
        return true;
    }
    at_end_ = true;
    if (code != SQLITE_DONE) {
        const Error error = native_error(db_, "run the query", statement_->text);
        sqlite3_reset(statement_->handle);  // or the cached statement could not be bound again
        close();
        transaction_.after_statement(true);
        throw error;
    }
    // The read lock goes with the last row, not with close().
    sqlite3_reset(statement_->handle);
    transaction_.after_statement(false);
    return false;
}

const ValueView* SqliteCursor::next() {
    if (statement_ == nullptr || at_end_) {
        return nullptr;
    }
    if (std::exchange(row_ready_, false)) {
        return cells_.data();
    }
    const ConnectionMutex held{db_};
    if (!step()) {
        return nullptr;
    }
    read_row(statement_->handle, cells_);
    return cells_.data();
}

std::string_view SqliteCursor::column_name(std::size_t column) const noexcept {
    if (statement_ == nullptr || column >= cells_.size()) {
        return {};
    }
    const char* name = sqlite3_column_name(statement_->handle, static_cast<int>(column));
    return name == nullptr ? std::string_view{} : std::string_view{name};
}

void SqliteCursor::close() noexcept {
    if (statement_ != nullptr) {
        if (!at_end_) {
            sqlite3_reset(statement_->handle);
            transaction_.end_statement_turn();
        }
        statement_ = nullptr;
        row_ready_ = false;
    }
}

}  // namespace enginebay::sqlite
