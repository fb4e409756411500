// SPDX-License-Identifier: BSL-1.0
// PostgresConnection: statements, what a pool asks of a session.
#include "connection.hpp"

#include "answers.hpp"
#include "dialect.hpp"
#include "error_map.hpp"
#include "poco_name.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <ctime>
#include <utility>

namespace enginebay::postgresql {
namespace {

constexpr std::chrono::seconds idle_before_a_look{1};

/// A few nanoseconds, right to some milliseconds: enough to tell whether a session has idled.
std::chrono::nanoseconds coarse_now() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

}  // namespace

PostgresConnection::PostgresConnection(NativeSession::Ptr session, SessionFacts facts)
    : session_{std::move(session)},
      facts_{std::move(facts)},
      last_use_{coarse_now()},
      canceller_{session_->native()},
      deferred_{session_->native()},
      stream_{session_->native(), canceller_},
      row_progress_{session_->native()},
      bulk_{session_->native(), canceller_, deferred_},
      pipeline_{*session_, statements_, encoder_, canceller_},
      notifier_{*this, session_->native(), canceller_} {}

PostgresConnection::~PostgresConnection() {
    PostgresConnection::rollback();
    session_->end();  // for whoever still has the Poco session
}

void PostgresConnection::note_use() noexcept { last_use_ = coarse_now(); }

void PostgresConnection::require_no_cursor(std::string_view doing) const {
    if (cursor_.is_open()) {
        Error error{
            Errc::cursor_open,
            fmt::format("cannot {}: rows of `{}` are still being read; read them to the end "
                        "or close the cursor first",
                        doing, abbreviated(cursor_.sql()))};
        throw error.sql(cursor_.sql());
    }
    if (!bulk_.running().empty()) {
        Error error{Errc::cursor_open,
                    fmt::format("cannot {}: `{}` is still being fed; a source of rows must not use "
                                "the session it feeds",
                                doing, abbreviated(bulk_.running()))};
        throw error.sql(bulk_.running());
    }
}

Cursor& PostgresConnection::query(std::string_view sql, std::span<const ValueView> parameters) {
    return open_cursor(sql, parameters, Delivery::whole);
}

Cursor& PostgresConnection::stream(std::string_view sql, std::span<const ValueView> parameters) {
    return open_cursor(sql, parameters, Delivery::row_by_row);
}

Cursor& PostgresConnection::open_cursor(std::string_view sql, std::span<const ValueView> parameters,
                                        Delivery delivery) {
    require_no_cursor("start a query");
    Statement* statement = nullptr;
    Result result = run(sql, parameters, statement, delivery);
    static const std::vector<Decoder> by_its_own_types;
    cursor_.open(std::move(result), statement != nullptr ? statement->columns : by_its_own_types,
                 sql, stream_.is_open() ? &stream_ : nullptr);
    return cursor_;
}

std::int64_t PostgresConnection::execute(std::string_view sql,
                                         std::span<const ValueView> parameters) {
    require_no_cursor("execute a statement");
    Statement* statement = nullptr;
    const Result result = run(sql, parameters, statement, Delivery::whole);
    return rows_changed(result.get());
}

Result PostgresConnection::run(std::string_view sql, std::span<const ValueView> parameters,
                               Statement*& statement, Delivery delivery) {
    const bool within = in_transaction();
    sent_ = false;
    try {
        return run_within(sql, parameters, statement, delivery);
    } catch (const Error& error) {
        // The server's own word (57P01, say) comes before a commit. Silence may come after one.
        const bool commits = !within || kind_of(sql) == StatementKind::commit;
        const bool told = !error.sqlstate().empty() || session_->server_said_goodbye();
        if (error.code() != Errc::connection_lost || !sent_ || !commits || told ||
            only_reads(sql)) {
            throw;
        }
        Error doubt{Errc::in_doubt,
                    fmt::format("the connection was lost before the answer came; the statement may "
                                "or may not have been carried out: look before running it again "
                                "({})",
                                error.what())};
        throw doubt.sql(sql);
    }
}

Result PostgresConnection::run_within(std::string_view sql, std::span<const ValueView> parameters,
                                      Statement*& statement, Delivery delivery) {
    note_use();
    const Running running{canceller_};
    statement = statements_.find(sql);
    if (statement != nullptr) {
        return run_prepared(sql, parameters, statement, delivery);
    }
    if (sql.find('\0') != std::string_view::npos) {
        throw Error{Errc::usage, "the SQL text holds a NUL byte"};
    }
    const StatementKind kind = kind_of(sql);
    if (kind == StatementKind::rows && !facts_.pooled) {
        return run_prepared(sql, parameters, statement, delivery);
    }
    return run_unprepared(sql, parameters, kind);
}

Result PostgresConnection::run_prepared(std::string_view sql, std::span<const ValueView> parameters,
                                        Statement*& statement, Delivery delivery) {
    for (;;) {
        // One that was prepared earlier may have been made for tables that look different now; an
        // error of that kind is believed from a fresh one only.
        const bool fresh = statement == nullptr;
        if (fresh) {
            deferred_.send();  // a statement that cannot be prepared fails inside the transaction
            statement = &statements_.prepare(native(), sql);
        }
        const bool fits = encode_for(*statement, parameters, fresh);
        Result result = fits ? send(*statement, delivery) : Result{};
        if (stream_.is_open() || (fits && succeeded(result))) {
            session_changed_ = session_changed_ || statement->leaves_state;
            return result;
        }
        const bool outdated = !fits || may_be_outdated(result.get());
        if (sqlstate_of(result.get()) == "26000") {
            statements_.clear(false);  // gone behind our back, and hardly this one alone
            statement = nullptr;
        } else if (outdated) {
            statements_.drop(*statement);
            statement = nullptr;
        }
        const bool may_try_again = !fits || PQtransactionStatus(native()) == PQTRANS_IDLE;
        if (fresh || !outdated || !may_try_again) {
            throw result_error(native(), result.get(), "running", sql);
        }
    }
}

/// False, instead of the error, where the types may be outdated.
bool PostgresConnection::encode_for(const Statement& statement,
                                    std::span<const ValueView> parameters, bool fresh) {
    require_count(statement.sql, statement.parameters.size(), parameters.size());
    try {
        encoder_.encode(parameters, statement.parameters);
        return true;
    } catch (const Error& error) {
        if (!fresh) {
            return false;
        }
        Error named{error.code(),
                    fmt::format("`{}`: {}", abbreviated(statement.sql), error.what())};
        throw named.sql(statement.sql);
    }
}

Result PostgresConnection::send(const Statement& statement, Delivery delivery) {
    sent_ = true;
    const char* const name = statement.name.c_str();
    const int format = statement.binary ? 1 : 0;
    if (delivery == Delivery::row_by_row) {
        deferred_.send();
        const bool inside = in_transaction();  // not to be seen while it runs
        const int sent = PQsendQueryPrepared(native(), name, encoder_.count(), encoder_.values(),
                                             encoder_.lengths(), encoder_.formats(), format);
        return sent != 0 ? first_row(inside) : Result{};
    }
    if (deferred_.pending()) {
        return deferred_.exchange(statement, encoder_);
    }
    return Result{PQexecPrepared(native(), name, encoder_.count(), encoder_.values(),
                                 encoder_.lengths(), encoder_.formats(), format)};
}

/// Opens the stream where a row comes; everything else is the statement's one result.
Result PostgresConnection::first_row(bool inside) {
    PQsetSingleRowMode(native());
    Result first{PQgetResult(native())};
    if (PQresultStatus(first.get()) == PGRES_SINGLE_TUPLE) {
        stream_.open(inside);
    } else {
        drain(native());
    }
    return first;
}

void PostgresConnection::run_command(const char* sql) {
    const Result result{PQexec(native(), sql)};
    if (!succeeded(result)) {
        throw result_error(native(), result.get(), "running", sql);
    }
}

bool PostgresConnection::alive() noexcept {
    if (PQstatus(native()) != CONNECTION_OK) {
        return false;
    }
    return coarse_now() - last_use_ < idle_before_a_look || peer_is_there(native());
}

void PostgresConnection::reset() {
    rollback();
    note_use();
    if (PQstatus(native()) != CONNECTION_OK || in_transaction()) {
        throw lost_error(native(), "running", "ROLLBACK");
    }
    // Through a pooler, too: it may keep one session for each client. Where it shares them this
    // cleans one that is nobody's.
    if (session_changed_) {
        statements_.clear(true);
        run_command("DISCARD ALL");
    }
    notifier_.forget();
    session_changed_ = false;
    native_handed_out_ = false;
}

void PostgresConnection::cancel() noexcept { canceller_.cancel(); }

/// Whatever is done there goes past us, inside the transaction that is open.
void PostgresConnection::hand_out_native() noexcept {
    session_changed_ = true;
    native_handed_out_ = true;
    try {
        deferred_.send();
    } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next statement meets it again
    }
}

void* PostgresConnection::extension(std::string_view name) noexcept {
    if (name == stream_extension && !facts_.pooled) {
        return static_cast<StreamExtension*>(this);
    }
    if (name == batch_extension && !facts_.pooled) {
        return static_cast<BatchExtension*>(this);
    }
    if (name == notify_extension && !facts_.pooled) {
        return static_cast<NotifyExtension*>(&notifier_);
    }
    if (name == row_progress_extension && !facts_.pooled) {
        return static_cast<RowProgressExtension*>(&row_progress_);
    }
    if (name == bulk_extension) {
        return static_cast<BulkExtension*>(&bulk_);
    }
    if (name == "PGconn") {
        hand_out_native();
        return native();
    }
    if (name == poco_extension()) {
        hand_out_native();
        return static_cast<Poco::Data::SessionImpl*>(session_.get());
    }
    return nullptr;
}

}  // namespace enginebay::postgresql
