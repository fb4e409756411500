// SPDX-License-Identifier: BSL-1.0
// Store: typed access to TeleClaude's tables. SQL is written once, for every backend.
// Threads: any function from any thread.  Ownership: borrows the database, which must outlive it.
#pragma once

#include "store/agents.hpp"
#include "store/hooks.hpp"
#include "store/listeners.hpp"
#include "store/memory.hpp"
#include "store/notifications.hpp"
#include "store/pending_deletions.hpp"
#include "store/session_lookup.hpp"
#include "store/sessions.hpp"
#include "store/settings.hpp"
#include "store/voices.hpp"
#include "store/webhooks.hpp"

#include <enginebay/database.hpp>

#include <functional>

namespace teleclaude {

class Store {
public:
    /// `require_lock` throws Errc::lock_lost while nothing may be written; empty for programs that
    /// write beside the daemon.
    explicit Store(enginebay::Database& database, std::function<void()> require_lock = {});
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    [[nodiscard]] enginebay::Database& database() noexcept { return database_; }
    void require_lock() const;

    /// Runs fn(Session&) in a write transaction while the lock is held, also at its end.
    template <class Fn>
    auto write(Fn&& fn) {
        return database_.transaction(
            enginebay::TransactionMode::write, [this, &fn](enginebay::Session& session) {
                require_lock();
                if constexpr (std::is_void_v<std::invoke_result_t<Fn&, enginebay::Session&>>) {
                    fn(session);
                    require_lock();
                } else {
                    auto result = fn(session);
                    require_lock();
                    return result;
                }
            });
    }

    [[nodiscard]] Sessions& sessions() noexcept { return sessions_; }
    [[nodiscard]] SessionLookup& lookup() noexcept { return lookup_; }
    [[nodiscard]] Voices& voices() noexcept { return voices_; }
    [[nodiscard]] PendingDeletions& pending_deletions() noexcept { return pending_deletions_; }
    [[nodiscard]] SystemSettings& settings() noexcept { return settings_; }
    [[nodiscard]] Agents& agents() noexcept { return agents_; }
    [[nodiscard]] Hooks& hooks() noexcept { return hooks_; }
    [[nodiscard]] Notifications& notifications() noexcept { return notifications_; }
    [[nodiscard]] Webhooks& webhooks() noexcept { return webhooks_; }
    [[nodiscard]] Listeners& listeners() noexcept { return listeners_; }
    [[nodiscard]] Memory& memory() noexcept { return memory_; }

private:
    enginebay::Database& database_;
    std::function<void()> require_lock_;
    Sessions sessions_;
    SessionLookup lookup_;
    Voices voices_;
    PendingDeletions pending_deletions_;
    SystemSettings settings_;
    Agents agents_;
    Hooks hooks_;
    Notifications notifications_;
    Webhooks webhooks_;
    Listeners listeners_;
    Memory memory_;
};

}  // namespace teleclaude
