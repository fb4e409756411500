// SPDX-License-Identifier: BSL-1.0
// Preflight: connecting by hand, so that the reason for a failure comes with its SQLSTATE.
#include "preflight.hpp"

#include "error_map.hpp"

#include <poll.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace enginebay::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

void ignore_notice(void* /*unused*/, const char* /*message*/) {}

/// The pairs as libpq takes them: two lists of pointers that end in null.
class ParameterLists {
public:
    ParameterLists(const Parameters& parameters, const std::string& password) {
        for (const auto& [key, value] : parameters) {
            add(key.c_str(), value.c_str());
        }
        if (!password.empty()) {
            add("password", password.c_str());
        }
        add(nullptr, nullptr);
    }
    [[nodiscard]] const char* const* keys() const noexcept { return keys_.data(); }
    [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }

private:
    void add(const char* key, const char* value) {
        keys_.push_back(key);
        values_.push_back(value);
    }
    std::vector<const char*> keys_;
    std::vector<const char*> values_;
};

std::string_view value_of(const Parameters& parameters, std::string_view key) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [key](const auto& pair) { return pair.first == key; });
    return found == parameters.end() ? std::string_view{} : std::string_view{found->second};
}

Clock::time_point deadline_of(const Parameters& parameters) {
    int seconds = 10;
    const std::string_view text = value_of(parameters, "connect_timeout");
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return Clock::now() + std::chrono::seconds{seconds};
}

/// Waits until libpq can go on; false when the time is up.
bool wait_for(PGconn* handle, PostgresPollingStatusType want, Clock::time_point deadline) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) {
            return false;
        }
        pollfd socket{PQsocket(handle),
                      static_cast<short>(want == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        if (::poll(&socket, 1, static_cast<int>(left.count())) > 0) {
            return true;
        }
    }
}

/// Step by step, because only so the error's verbosity can be set before the server answers.
void finish_connecting(PGconn* handle, Clock::time_point deadline, std::string_view where) {
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED || PQstatus(handle) == CONNECTION_BAD) {
            throw connect_error(where, PQerrorMessage(handle));
        }
        if (!wait_for(handle, status, deadline)) {
            throw connect_error(where, "no answer in time (connect_timeout)");
        }
        status = PQconnectPoll(handle);
    }
}

}  // namespace

Handle connect_directly(const Parameters& parameters, const std::string& password,
                        std::string_view where) {
    const ParameterLists lists{parameters, password};
    if (value_of(parameters, "host").find(',') != std::string_view::npos) {
        // Only libpq's own loop goes to the next host when one does not answer.
        Handle handle{PQconnectdbParams(lists.keys(), lists.values(), 0)};
        if (PQstatus(handle.get()) == CONNECTION_OK) {
            PQsetNoticeProcessor(handle.get(), ignore_notice, nullptr);
            return handle;
        }
    }
    Handle handle{PQconnectStartParams(lists.keys(), lists.values(), 0)};
    if (!handle) {
        throw connect_error(where, "out of memory");
    }
    PQsetErrorVerbosity(handle.get(), PQERRORS_VERBOSE);
    PQsetNoticeProcessor(handle.get(), ignore_notice, nullptr);
    finish_connecting(handle.get(), deadline_of(parameters), where);
    PQsetErrorVerbosity(handle.get(), PQERRORS_DEFAULT);
    return handle;
}

bool refuses_startup_options(std::string_view message) noexcept {
    return message.find("unsupported startup parameter") != std::string_view::npos;
}

}  // namespace enginebay::postgresql
