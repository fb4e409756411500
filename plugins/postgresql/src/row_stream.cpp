// SPDX-License-Identifier: BSL-1.0
// RowStream: reading to the end, and leaving early without a trace.
#include "row_stream.hpp"

#include "error_map.hpp"

#include <enginebay/error.hpp>

#include <utility>

namespace enginebay::postgresql {

Result drain(PGconn* handle) noexcept {
    Result failure;
    while (Result result{PQgetResult(handle)}) {
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) {
            failure = std::move(result);
        }
    }
    return failure;
}

void RowStream::open(bool in_transaction) noexcept {
    open_ = true;
    in_transaction_ = in_transaction;
    canceller_.start();
}

void RowStream::end() noexcept {
    if (open_) {
        open_ = false;
        canceller_.stop();
    }
}

Result RowStream::next(std::string_view sql) {
    Result result{PQgetResult(handle_)};
    if (PQresultStatus(result.get()) == PGRES_SINGLE_TUPLE) {
        return result;
    }
    drain(handle_);
    end();
    if (!result || succeeded(result)) {
        return nullptr;
    }
    throw result_error(handle_, result.get(), "reading the rows of", sql);
}

/// True when that was all of it.
bool RowStream::read_what_is_here() noexcept {
    if (PQconsumeInput(handle_) == 0) {
        return false;
    }
    while (PQisBusy(handle_) == 0) {
        if (const Result result{PQgetResult(handle_)}; !result) {
            return true;
        }
    }
    return false;
}

void RowStream::leave(bool may_abort_transaction) noexcept {
    if (!open_) {
        return;
    }
    if (!read_what_is_here()) {
        if (!in_transaction_ || may_abort_transaction) {
            canceller_.cancel();
        }
        drain(handle_);
    }
    end();
}

}  // namespace enginebay::postgresql
