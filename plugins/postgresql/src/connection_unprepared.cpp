// SPDX-License-Identifier: BSL-1.0
// PostgresConnection: statements that are not worth preparing, or cannot be.
#include "answers.hpp"
#include "connection.hpp"
#include "error_map.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <cstring>

namespace enginebay::postgresql {
namespace {

/// Instead of an end the server waits for rows, or sends them.
bool wants_copy(const Result& result) noexcept {
    const ExecStatusType status = PQresultStatus(result.get());
    return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

}  // namespace

/// The server tells nothing of what INSERT, UPDATE and DELETE do, so nobody watches those.
Result PostgresConnection::exchange(const Rewritten& statement, StatementKind kind) {
    const char* const text = statement.text.c_str();
    if (!row_progress_.is_wanted() || kind != StatementKind::structure) {
        return Result{PQexecParams(native(), text, encoder_.count(), nullptr, encoder_.values(),
                                   encoder_.lengths(), encoder_.formats(), 0)};
    }
    if (PQsendQueryParams(native(), text, encoder_.count(), nullptr, encoder_.values(),
                          encoder_.lengths(), encoder_.formats(), 0) == 0) {
        return nullptr;
    }
    row_progress_.until_result();
    Result result{PQgetResult(native())};
    if (!wants_copy(result)) {
        drain(native());
    }
    return result;
}

Result PostgresConnection::run_unprepared(std::string_view sql,
                                          std::span<const ValueView> parameters,
                                          StatementKind kind) {
    const Rewritten rewritten = rewrite_placeholders(sql);
    if (parameters.size() < rewritten.count) {
        require_count(sql, rewritten.count, parameters.size());
    }
    encoder_.encode_as_text(parameters);
    deferred_.send();
    sent_ = true;
    Result result = exchange(rewritten, kind);
    refuse_copy(result, sql);
    if (PQresultStatus(result.get()) == PGRES_EMPTY_QUERY) {
        throw Error{Errc::usage, "the SQL text holds no statement"};
    }
    if (!succeeded(result)) {
        throw result_error(native(), result.get(), "running", sql);
    }
    if (kind == StatementKind::commit && std::strcmp(PQcmdStatus(result.get()), "ROLLBACK") == 0) {
        Error error{Errc::transaction_aborted,
                    "COMMIT: an earlier statement had failed; the transaction was rolled back"};
        throw error.sql(sql);
    }
    const bool state_left = kind == StatementKind::rows && leaves_session_state(sql);
    session_changed_ = session_changed_ || state_left || kind == StatementKind::session ||
                       kind == StatementKind::structure;
    if (kind == StatementKind::structure) {
        statements_.clear(false);
    }
    return result;
}

void PostgresConnection::refuse_copy(const Result& result, std::string_view sql) {
    if (!wants_copy(result)) {
        return;
    }
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COPY_OUT) {
        PQputCopyEnd(native(), "COPY is not run as a statement");
    }
    char* row = nullptr;
    while (status == PGRES_COPY_OUT && PQgetCopyData(native(), &row, 0) > 0) {
        PQfreemem(row);
    }
    while (const Result rest{PQgetResult(native())}) {}
    Error error{Errc::unsupported,
                fmt::format("`{}`: COPY to or from the client is not run as a statement",
                            abbreviated(sql))};
    throw error.sql(sql);
}

}  // namespace enginebay::postgresql
