// SPDX-License-Identifier: BSL-1.0
// Notifications: words that connections to one database send each other, by channel.
// Threads: as the connection's: one thread at a time, except Connection::cancel(), which ends a
// wait with Errc::cancelled.  Ownership: an extension is a part of its connection.
//
// Asked for by name: `connection.extension(notify_extension)`, nullptr where a backend, or what
// stands before it, has none. A notification is a hint to look, not a queue: who does not listen
// when it is sent never hears of it.
//
// For an author of a backend:
//   1. What a transaction sends is heard when it commits, and never when it rolls back.
//   2. It is heard by every listener of the channel in every process, the sender too, in the order
//      of the commits. Equal ones of one transaction may come as one.
//   3. Connection::reset() ends the listening and forgets what was not waited for.
//   4. Run tests/core/notify_test.cpp on the backend.
#pragma once

#include <enginebay/export.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace enginebay {

/// The name it is asked for by.
inline constexpr std::string_view notify_extension = "notify/1";

struct Notification {
    std::string channel;
    std::string payload;
};

class ENGINEBAY_API NotifyExtension {
public:
    static constexpr std::size_t longest_channel = 63;    ///< bytes
    static constexpr std::size_t longest_payload = 7999;  ///< bytes

    NotifyExtension() = default;
    NotifyExtension(const NotifyExtension&) = delete;
    NotifyExtension& operator=(const NotifyExtension&) = delete;
    virtual ~NotifyExtension();

    /// From now on; twice is as good as once. Throws Errc::usage inside a transaction.
    virtual void listen(std::string_view channel) = 0;
    /// What has come meanwhile is forgotten. Throws Errc::usage inside a transaction.
    virtual void unlisten(std::string_view channel) = 0;
    /// With the open transaction's commit, else at once. Throws Errc::value for a channel that is
    /// empty or too long, for a payload that is too long, and for texts that hold a NUL.
    virtual void notify(std::string_view channel, std::string_view payload) = 0;
    /// The next one, waiting for it up to `timeout`; nothing when the time is over. Throws
    /// Errc::usage inside a transaction, Errc::connection_lost where the other end is gone.
    virtual std::optional<Notification> wait(std::chrono::milliseconds timeout) = 0;

protected:
    /// The checks of notify(), the same on every backend.
    static void require_fit(std::string_view channel, std::string_view payload);
};

}  // namespace enginebay
