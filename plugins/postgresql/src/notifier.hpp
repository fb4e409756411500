// SPDX-License-Identifier: BSL-1.0
// Notifier: LISTEN and NOTIFY.
// Threads: one thread at a time.  Ownership: part of one connection.
#pragma once

#include "canceller.hpp"
#include "libpq.hpp"

#include <enginebay/connection.hpp>
#include <enginebay/notifications.hpp>

#include <set>
#include <string>

namespace enginebay::postgresql {

class Notifier final : public NotifyExtension {
public:
    Notifier(Connection& connection, PGconn* handle, Canceller& canceller) noexcept
        : connection_{connection}, handle_{handle}, canceller_{canceller} {}

    void listen(std::string_view channel) override;
    void unlisten(std::string_view channel) override;
    void notify(std::string_view channel, std::string_view payload) override;
    std::optional<Notification> wait(std::chrono::milliseconds timeout) override;

    /// The server's side has been ended by DISCARD ALL, or the session is gone.
    void forget() noexcept;

private:
    void require_no_transaction(std::string_view doing) const;
    std::optional<Notification> take();
    void look(std::chrono::milliseconds at_most);

    Connection& connection_;
    PGconn* handle_;
    Canceller& canceller_;
    std::set<std::string, std::less<>> channels_;
};

}  // namespace enginebay::postgresql
