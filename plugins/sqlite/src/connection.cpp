// SPDX-License-Identifier: BSL-1.0
// The connection: Poco holds it, SQLite's own interface carries the data.
#include "connection.hpp"

#include "connection_mutex.hpp"
#include "dialect.hpp"
#include "error_map.hpp"
#include "poco_name.hpp"
#include "raw.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace enginebay::sqlite {
namespace {

constexpr std::chrono::seconds look_again_after{1};

}  // namespace

SqliteConnection::SqliteConnection(Poco::AutoPtr<NativeSession> session, Options options,
                                   Medium medium, bool immutable, std::shared_ptr<WriteQueue> queue)
    : session_{std::move(session)},
      db_{session_->handle()},
      options_{std::move(options)},
      medium_{medium},
      immutable_{immutable},
      transaction_{db_, std::move(queue), options_.busy_timeout},
      cache_{db_},
      cursor_{db_, transaction_},
      backup_{db_},
      bulk_{db_, transaction_},
      notifier_{*this, db_},
      row_progress_{db_},
      looked_{std::chrono::steady_clock::now()} {
    session_->attach(&transaction_);
}

SqliteConnection::~SqliteConnection() {
    cursor_.close();
    transaction_.close();
    cache_.clear();
    session_->attach(nullptr);
    try {
        session_->close();
    } catch (...) {
        // Poco's close may complain about statements of its own users; SQLite closes when they end.
    }
}

void SqliteConnection::throw_cursor_open(std::string_view attempted) const {
    const std::string& open = cursor_.statement()->text;
    Error error{Errc::cursor_open,
                fmt::format("cannot {}: the rows of another query are still being read, finish or "
                            "close it first: {}",
                            attempted, shorten(open))};
    error.sql(open);
    throw error;
}

Statement& SqliteConnection::prepare(std::string_view sql) {
    Statement& statement = cache_.get(sql);
    if (transaction_.refuses(statement.read_only)) [[unlikely]] {
        transaction_.throw_refusal(sql);
    }
    dirty_ |= statement.leaves_traces;
    return statement;
}

Cursor& SqliteConnection::query(std::string_view sql, std::span<const ValueView> parameters) {
    require_no_cursor("query");
    const ConnectionMutex held{db_};
    Statement& statement = prepare(sql);
    binder_.bind(db_, statement, parameters, Lifetime::cursor);
    cursor_.start(statement);
    return cursor_;
}

std::int64_t SqliteConnection::execute(std::string_view sql,
                                       std::span<const ValueView> parameters) {
    require_no_cursor("execute");
    const ConnectionMutex held{db_};
    Statement& statement = prepare(sql);
    binder_.bind(db_, statement, parameters, Lifetime::call);
    transaction_.before_statement(statement.read_only);
    int code = sqlite3_step(statement.handle);
    while (code == SQLITE_ROW) {
        code = sqlite3_step(statement.handle);
    }
    if (code != SQLITE_DONE) {
        const Error error = native_error(db_, "run the statement", sql);
        sqlite3_reset(statement.handle);
        transaction_.after_statement(true);
        throw error;
    }
    const std::int64_t changed = statement.counts_changes ? sqlite3_changes64(db_) : 0;
    sqlite3_reset(statement.handle);
    transaction_.after_statement(false);
    return changed;
}

void SqliteConnection::begin(TransactionMode mode) {
    require_no_cursor("begin a transaction");
    transaction_.begin(mode);
}

void SqliteConnection::commit() {
    require_no_cursor("commit");
    transaction_.commit();
    notifier_.committed();
}

void SqliteConnection::rollback() noexcept {
    cursor_.close();
    transaction_.rollback();
    notifier_.rolled_back();
}

bool SqliteConnection::in_transaction() const noexcept { return transaction_.open(); }

bool SqliteConnection::alive() noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (medium_ == Medium::memory || now - looked_ < look_again_after) {
        return true;
    }
    looked_ = now;
    // One stat(): is the file at the path still the one that is open?
    int moved = 0;
    sqlite3_file_control(db_, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    return moved == 0;
}

void SqliteConnection::reset() {
    cursor_.close();
    if (transaction_.open()) {
        transaction_.rollback();
    }
    if (transaction_.open()) {
        throw native_error(db_, "roll back an abandoned transaction", {});
    }
    notifier_.forget();
    if (dirty_) {
        clear_session();
    }
}

// What a user may have left behind: attached databases, temporary objects, other settings.
void SqliteConnection::clear_session() {
    cache_.clear();
    std::vector<std::string> undo;
    {
        RawStatement attached{db_, "SELECT name FROM pragma_database_list WHERE seq > 1"};
        while (attached.step()) {
            undo.push_back("DETACH " + quote_identifier(attached.text(0)));
        }
        RawStatement temporary{
            db_,
            "SELECT type, name FROM sqlite_temp_schema WHERE type IN ('table', 'view', 'trigger') "
            "AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"};
        while (temporary.step()) {
            undo.push_back(fmt::format("DROP {} IF EXISTS temp.{}", temporary.text(0),
                                       quote_identifier(temporary.text(1))));
        }
    }
    for (const std::string_view pragma :
         {"query_only", "legacy_alter_table", "ignore_check_constraints", "recursive_triggers",
          "writable_schema", "defer_foreign_keys", "reverse_unordered_selects"}) {
        undo.push_back(fmt::format("PRAGMA {} = 0", pragma));
    }
    undo.emplace_back("PRAGMA locking_mode = NORMAL");
    undo.emplace_back("PRAGMA wal_autocheckpoint = 1000");
    for (const std::string& statement : undo) {
        run(db_, statement);
    }
    apply_settings(db_, options_, medium_);
    dirty_ = false;
}

void SqliteConnection::cancel() noexcept {
    sqlite3_interrupt(db_);
    transaction_.cancel();
    notifier_.cancel();
}

void* SqliteConnection::extension(std::string_view name) noexcept {
    if (name == "sqlite3") {
        dirty_ = true;  // whatever is done there goes past us
        return db_;
    }
    if (name == backup_extension && backup_.possible()) {
        return static_cast<BackupExtension*>(&backup_);
    }
    if (name == bulk_extension) {
        return static_cast<BulkExtension*>(&bulk_);
    }
    if (name == notify_extension) {
        return static_cast<NotifyExtension*>(&notifier_);
    }
    if (name == row_progress_extension) {
        return static_cast<RowProgressExtension*>(&row_progress_);
    }
    if (name == poco_extension()) {
        dirty_ = true;
        return static_cast<Poco::Data::SessionImpl*>(session_.get());
    }
    return nullptr;
}

}  // namespace enginebay::sqlite
