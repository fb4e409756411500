// SPDX-License-Identifier: BSL-1.0
#include "notifier.hpp"

#include "dialect.hpp"
#include "error_map.hpp"

#include <enginebay/value.hpp>

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <memory>

namespace enginebay::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

// So long a cancel may go unseen.
constexpr std::chrono::milliseconds look_at_cancel{100};

struct NotifyDeleter {
    void operator()(PGnotify* notification) const noexcept { PQfreemem(notification); }
};
using Received = std::unique_ptr<PGnotify, NotifyDeleter>;

}  // namespace

void Notifier::require_no_transaction(std::string_view doing) const {
    if (connection_.in_transaction()) {
        throw Error{Errc::usage,
                    fmt::format("{}: not inside a transaction; the server tells nothing before its "
                                "end",
                                doing)};
    }
}

void Notifier::listen(std::string_view channel) {
    require_fit(channel, {});
    require_no_transaction("listen");
    connection_.execute("LISTEN " + quote_name(channel), {});
    channels_.emplace(channel);
}

void Notifier::unlisten(std::string_view channel) {
    require_no_transaction("unlisten");
    if (const auto known = channels_.find(channel); known != channels_.end()) {
        channels_.erase(known);
        connection_.execute("UNLISTEN " + quote_name(channel), {});
    }
}

void Notifier::notify(std::string_view channel, std::string_view payload) {
    require_fit(channel, payload);
    const std::array<ValueView, 2> values{ValueView::text(channel), ValueView::text(payload)};
    connection_.execute("SELECT pg_notify(?, ?)", values);
}

std::optional<Notification> Notifier::wait(std::chrono::milliseconds timeout) {
    require_no_transaction("wait for a notification");
    const auto end = Clock::now() + timeout;
    canceller_.forget();
    const Running running{canceller_};
    for (;;) {
        if (std::optional<Notification> next = take()) {
            return next;
        }
        if (canceller_.asked()) {
            throw Error{Errc::cancelled, "waiting for a notification was cancelled"};
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (left.count() <= 0) {
            return std::nullopt;
        }
        look(std::min(left, look_at_cancel));
    }
}

/// What has come and is of a channel that is still listened to.
std::optional<Notification> Notifier::take() {
    if (PQconsumeInput(handle_) == 0) {
        throw lost_error(handle_, "waiting for", "a notification");
    }
    while (const Received received{PQnotifies(handle_)}) {
        if (channels_.contains(std::string_view{received->relname})) {
            return Notification{received->relname, received->extra};
        }
    }
    return std::nullopt;
}

void Notifier::look(std::chrono::milliseconds at_most) {
    pollfd socket{PQsocket(handle_), POLLIN, 0};
    ::poll(&socket, 1, static_cast<int>(at_most.count()));
}

void Notifier::forget() noexcept {
    channels_.clear();
    while (const Received received{PQnotifies(handle_)}) {}
}

}  // namespace enginebay::postgresql
