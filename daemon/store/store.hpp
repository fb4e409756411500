// SPDX-License-Identifier: BSL-1.0
// Store: typed access to TeleClaude's tables. SQL is written once, for every backend.
// Threads: any function from any thread.  Ownership: borrows the database, which must outlive it.
#pragma once

#include "store/sessions.hpp"
#include "store/voices.hpp"

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

    [[nodiscard]] Voices& voices() noexcept { return voices_; }
    [[nodiscard]] Sessions& sessions() noexcept { return sessions_; }

private:
    enginebay::Database& database_;
    std::function<void()> require_lock_;
    Voices voices_;
    Sessions sessions_;
};

}  // namespace teleclaude
