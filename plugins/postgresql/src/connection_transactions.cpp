// SPDX-License-Identifier: BSL-1.0
// PostgresConnection: transactions, and batches, which may be one.
#include "answers.hpp"
#include "connection.hpp"
#include "dialect.hpp"
#include "error_map.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <cstring>

namespace enginebay::postgresql {
namespace {

std::string local_settings(const SessionFacts& facts) {
    std::string sql;
    for (const SessionSetting& setting : facts.requested) {
        if (setting.name != "application_name" && setting.name != "default_transaction_read_only") {
            const bool quoted = setting.value.starts_with('"');
            sql += fmt::format("; SET LOCAL {} = {}", setting.name,
                               quoted ? setting.value : quote_text(setting.value));
        }
    }
    return sql;
}

bool begins_read_only(const SessionFacts& facts) {
    for (const SessionSetting& setting : facts.requested) {
        if (setting.name == "default_transaction_read_only") {
            return setting.value == "on";
        }
    }
    return false;
}

}  // namespace

void PostgresConnection::begin(TransactionMode mode) {
    require_no_cursor("begin a transaction");
    note_use();
    if (in_transaction()) {
        throw Error{Errc::usage,
                    "begin: a transaction is open already; commit it or roll it back first"};
    }
    if (PQstatus(native()) != CONNECTION_OK) {
        throw lost_error(native(), "running", "BEGIN");
    }
    deferred_.defer(begin_sql(mode));
    if (facts_.pooled || native_handed_out_) {
        send_begin();
    }
}

/// At once: its text has several statements, or others may use the connection.
void PostgresConnection::send_begin() {
    try {
        deferred_.send();
    } catch (const Error&) {
        rollback();
        throw;
    }
}

std::string PostgresConnection::begin_sql(TransactionMode mode) const {
    std::string sql = "BEGIN";
    if (mode == TransactionMode::read) {
        sql = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
    } else if (facts_.pooled && begins_read_only(facts_)) {
        sql = "BEGIN READ ONLY";
    }
    if (facts_.pooled) {
        sql += local_settings(facts_);
    }
    return sql;
}

void PostgresConnection::run_batch(TransactionMode mode, std::span<const BatchStatement> statements,
                                   BatchSink& sink) {
    require_no_cursor("run a batch");
    note_use();
    deferred_.send();
    const auto note_changes = [this] {
        session_changed_ = session_changed_ || pipeline_.changed_session();
        if (pipeline_.changed_structure()) {
            statements_.clear(false);
        }
    };
    try {
        pipeline_.run(in_transaction() ? std::string{} : begin_sql(mode), mode, statements, sink);
    } catch (...) {
        note_changes();
        throw;
    }
    note_changes();
}

void PostgresConnection::commit() {
    require_no_cursor("commit");
    note_use();
    if (PQstatus(native()) != CONNECTION_OK) {
        throw lost_error(native(), "running", "COMMIT");
    }
    if (!in_transaction()) {
        throw Error{Errc::usage, "commit: no transaction is open"};
    }
    if (deferred_.pending()) {
        deferred_.forget();  // nothing was done in it
        return;
    }
    const bool had_failed = PQtransactionStatus(native()) == PQTRANS_INERROR;
    const Result result{PQexec(native(), "COMMIT")};
    if (is_lost(native(), result.get())) {
        if (had_failed) {
            throw lost_error(native(), "running", "COMMIT");
        }
        Error error{
            Errc::in_doubt,
            fmt::format("COMMIT: the connection was lost before the answer came ({}); the "
                        "transaction may or may not be committed: look before running it again",
                        one_line(PQerrorMessage(native())))};
        throw error.sqlstate(std::string{sqlstate_of(result.get())}).sql("COMMIT");
    }
    if (!succeeded(result)) {
        throw result_error(native(), result.get(), "running", "COMMIT");
    }
    // A transaction that had failed is answered ROLLBACK, and that is no error to the server.
    if (std::strcmp(PQcmdStatus(result.get()), "COMMIT") != 0) {
        Error error{Errc::transaction_aborted,
                    "commit: an earlier statement had failed; the transaction was rolled back"};
        throw error.sql("COMMIT");
    }
}

void PostgresConnection::rollback() noexcept {
    cursor_.close_for_rollback();
    deferred_.forget();
    if (in_transaction()) {
        note_use();
        const Result result{PQexec(native(), "ROLLBACK")};
    }
}

bool PostgresConnection::in_transaction() const noexcept {
    if (stream_.is_open()) {
        return stream_.in_transaction();
    }
    const PGTransactionStatusType status = PQtransactionStatus(native());
    return deferred_.pending() || status == PQTRANS_INTRANS || status == PQTRANS_INERROR ||
           status == PQTRANS_ACTIVE;
}

}  // namespace enginebay::postgresql
