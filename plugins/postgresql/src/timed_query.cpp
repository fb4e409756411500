// SPDX-License-Identifier: BSL-1.0
// query_within(): send, poll, read; never block in libpq.
#include "timed_query.hpp"

#include "error_map.hpp"

#include <poll.h>

namespace enginebay::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

/// False when the time is up.
bool wait_for(PGconn* handle, short events, Clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) {
        return false;
    }
    pollfd socket{PQsocket(handle), events, 0};
    ::poll(&socket, 1, static_cast<int>(left.count()));
    return true;
}

/// Sends all, then reads until a result can be taken without waiting.
bool exchange(PGconn* handle, Clock::time_point deadline, std::string& why) {
    int unsent = PQflush(handle);
    while (unsent > 0 || PQisBusy(handle) != 0) {
        if (!wait_for(handle, static_cast<short>(unsent > 0 ? POLLIN | POLLOUT : POLLIN),
                      deadline)) {
            why = "no answer in time";
            return false;
        }
        if (PQconsumeInput(handle) == 0) {
            why = one_line(PQerrorMessage(handle));
            return false;
        }
        unsent = unsent > 0 ? PQflush(handle) : 0;
    }
    return true;
}

}  // namespace

Result query_within(PGconn* handle, const char* sql, std::chrono::milliseconds limit,
                    std::string& why) {
    const Clock::time_point deadline = Clock::now() + limit;
    PQsetnonblocking(handle, 1);
    if (PQsendQuery(handle, sql) == 0) {
        why = one_line(PQerrorMessage(handle));
        return nullptr;
    }
    Result last;
    for (;;) {
        if (!exchange(handle, deadline, why)) {
            return nullptr;
        }
        Result result{PQgetResult(handle)};
        if (!result) {
            break;
        }
        last = std::move(result);
    }
    if (!last || PQstatus(handle) != CONNECTION_OK || !succeeded(last)) {
        why = one_line(PQerrorMessage(handle));
        return nullptr;
    }
    return last;
}

}  // namespace enginebay::postgresql
