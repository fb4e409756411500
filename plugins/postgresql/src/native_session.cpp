// SPDX-License-Identifier: BSL-1.0
// NativeSession: what Poco's session gets wrong, put right.
#include "native_session.hpp"

#include "error_map.hpp"

#include <Poco/Data/PostgreSQL/PostgreSQLException.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace enginebay::postgresql {
namespace {

// libpq hands over here what the server says unasked. Of that one thing matters: that it is ending
// the session (57P01 and the like), said before it has read what we send next.
void note_goodbye(void* said, const PGresult* notice) {
    const char* const state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    if (state != nullptr && std::string_view{state}.starts_with("57P")) {
        *static_cast<bool*>(said) = true;
    }
}

}  // namespace

NativeSession::NativeSession(const std::string& connection_string, std::size_t login_timeout)
    : Poco::Data::PostgreSQL::SessionImpl{connection_string, login_timeout} {
    // libpq's default writes notices to stderr.
    PQsetNoticeReceiver(native(), note_goodbye, &said_goodbye_);
}

NativeSession::~NativeSession() {
    end();
    // Poco finishes living connections only; a dead one would be leaked.
    abandoned_ = native();
}

PGconn* NativeSession::native() const noexcept {
    return const_cast<NativeSession*>(this)->handle();  // Poco's accessor is not const
}

void NativeSession::end() noexcept {
    try {
        close();
    } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch): nothing is left to close
    }
}

void NativeSession::run(const char* sql, const char* expected_tag) {
    const Result result{PQexec(native(), sql)};
    if (!succeeded(result)) {
        throw Poco::Data::PostgreSQL::PostgreSQLException{one_line(PQerrorMessage(native()))};
    }
    if (std::strcmp(PQcmdStatus(result.get()), expected_tag) != 0) {
        throw Poco::Data::PostgreSQL::TransactionException{
            std::string{sql} + ": the transaction had failed and was rolled back"};
    }
}

void NativeSession::begin() {
    if (isTransaction()) {
        throw Poco::Data::PostgreSQL::TransactionException{"Already in transaction."};
    }
    run("BEGIN", "BEGIN");
}

void NativeSession::commit() {
    if (!isTransaction()) {
        throw Poco::Data::PostgreSQL::TransactionException{"Not in transaction."};
    }
    run("COMMIT", "COMMIT");
}

void NativeSession::rollback() {
    if (isTransaction()) {
        run("ROLLBACK", "ROLLBACK");
    }
}

bool NativeSession::isTransaction() const {
    const PGTransactionStatusType status = PQtransactionStatus(native());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

bool NativeSession::isGood() const {
    return PQstatus(native()) == CONNECTION_OK && peer_is_there(native());
}

void NativeSession::reset() { rollback(); }

bool peer_is_there(PGconn* handle) noexcept {
    // A killed backend says why (some bytes) and closes; notices come unasked, too. Read what is
    // there until the line is quiet or at its end.
    for (int round = 0; round < 8; ++round) {
        char byte = 0;
        const ssize_t got = ::recv(PQsocket(handle), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got == 0) {
            return false;
        }
        if (got < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        if (byte == 'E' && PQsslInUse(handle) == 0) {
            return false;  // an error outside any statement: the server is ending this session
        }
        if (PQconsumeInput(handle) == 0) {
            return false;
        }
        PQisBusy(handle);  // parses what was read
    }
    return PQstatus(handle) == CONNECTION_OK;
}

}  // namespace enginebay::postgresql
