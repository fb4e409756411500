// SPDX-License-Identifier: BSL-1.0
#include "deferred_begin.hpp"

#include "error_map.hpp"
#include "pipeline_mode.hpp"

namespace enginebay::postgresql {

void DeferredBegin::send() {
    if (!pending()) {
        return;
    }
    const Result begun{PQexec(handle_, sql_.c_str())};
    if (succeeded(begun)) {
        forget();
        return;
    }
    const Error error = result_error(handle_, begun.get(), "running", sql_);
    if (PQstatus(handle_) != CONNECTION_OK) {
        forget();  // a dead connection is in no transaction
    }
    throw error;
}

Result DeferredBegin::exchange(const Statement& statement, const Encoder& encoder) {
    Result begun;
    Result result;
    {
        PipelineMode pipeline{handle_};
        const bool both = PQsendQueryParams(handle_, sql_.c_str(), 0, nullptr, nullptr, nullptr,
                                            nullptr, 0) != 0 &&
                          PQsendQueryPrepared(handle_, statement.name.c_str(), encoder.count(),
                                              encoder.values(), encoder.lengths(),
                                              encoder.formats(), statement.binary ? 1 : 0) != 0;
        pipeline.close();
        begun = pipeline.next();
        if (both) {
            result = pipeline.next();
        }
    }
    if (succeeded(begun)) {
        forget();
        return result;
    }
    const Error error = result_error(handle_, begun.get(), "running", sql_);
    spoil();
    throw error;
}

/// A cancel may hit the BEGIN instead of the statement behind it. The transaction is as if it had
/// hit the statement: open, and good for nothing but its end.
void DeferredBegin::spoil() {
    if (PQstatus(handle_) != CONNECTION_OK) {
        forget();  // a dead connection is in no transaction
        return;
    }
    const Result begun{PQexec(handle_, sql_.c_str())};
    if (succeeded(begun)) {
        forget();
        const Result failed{PQexec(handle_, "ROLLBACK TO SAVEPOINT enginebay_never_set")};
    }
}

}  // namespace enginebay::postgresql
