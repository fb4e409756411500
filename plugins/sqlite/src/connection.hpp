// SPDX-License-Identifier: BSL-1.0
// SqliteConnection: statements, cursor, transactions and life of one connection.
// Threads: one at a time, except cancel().
#pragma once

#include "backup.hpp"
#include "bulk.hpp"
#include "native_session.hpp"
#include "notifier.hpp"
#include "options.hpp"
#include "row_progress.hpp"
#include "settings.hpp"
#include "statement_cache.hpp"
#include "transaction.hpp"
#include "values.hpp"

#include <enginebay/connection.hpp>

#include <Poco/AutoPtr.h>

#include <chrono>
#include <memory>
#include <vector>

namespace enginebay::sqlite {

/// The rows of a connection's open query.
class SqliteCursor final : public Cursor {
public:
    SqliteCursor(sqlite3* db, Transaction& transaction) noexcept
        : db_{db}, transaction_{transaction} {}

    /// Runs the bound statement up to its first row, so that errors show where the query is made.
    void start(const Statement& statement);
    /// The statement that is open; nullptr when none is.
    [[nodiscard]] const Statement* statement() const noexcept { return statement_; }
    /// Rows may still come.
    [[nodiscard]] bool reading() const noexcept { return statement_ != nullptr && !at_end_; }

    const ValueView* next() override;
    [[nodiscard]] std::size_t column_count() const noexcept override { return cells_.size(); }
    [[nodiscard]] std::string_view column_name(std::size_t column) const noexcept override;
    void close() noexcept override;

private:
    bool step();

    sqlite3* db_;
    Transaction& transaction_;
    const Statement* statement_{nullptr};
    std::vector<ValueView> cells_;
    bool row_ready_{false};  ///< a row was read that next() has not given out
    bool at_end_{false};
};

class SqliteConnection final : public Connection {
public:
    SqliteConnection(Poco::AutoPtr<NativeSession> session, Options options, Medium medium,
                     bool immutable, std::shared_ptr<WriteQueue> queue);
    ~SqliteConnection() override;

    Cursor& query(std::string_view sql, std::span<const ValueView> parameters) override;
    std::int64_t execute(std::string_view sql, std::span<const ValueView> parameters) override;
    void begin(TransactionMode mode) override;
    void commit() override;
    void rollback() noexcept override;
    [[nodiscard]] bool in_transaction() const noexcept override;
    bool alive() noexcept override;
    void reset() override;
    void cancel() noexcept override;
    void* extension(std::string_view name) noexcept override;

    /// Opened as a file that nobody changes, without locks.
    [[nodiscard]] bool immutable() const noexcept { return immutable_; }

private:
    Statement& prepare(std::string_view sql);
    /// A cursor read to its end is as good as closed.
    void require_no_cursor(std::string_view attempted) {
        if (cursor_.reading()) [[unlikely]] {
            throw_cursor_open(attempted);
        }
        cursor_.close();
    }
    [[noreturn]] void throw_cursor_open(std::string_view attempted) const;
    void clear_session();

    Poco::AutoPtr<NativeSession> session_;
    sqlite3* db_;
    Options options_;
    Medium medium_;
    bool immutable_;
    bool dirty_{false};  ///< a statement changed the session itself
    Transaction transaction_;
    StatementCache cache_;
    Binder binder_;
    SqliteCursor cursor_;
    Backup backup_;
    BulkLoader bulk_;
    Notifier notifier_;
    RowProgress row_progress_;
    std::chrono::steady_clock::time_point looked_{};
};

}  // namespace enginebay::sqlite
