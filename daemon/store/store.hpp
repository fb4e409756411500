// SPDX-License-Identifier: BSL-1.0
// Store: typed access to TeleClaude's tables. SQL is written once, for every backend.
// Threads: any function from any thread.  Ownership: borrows the database, which must outlive it.
#pragma once

#include "histogram.hpp"
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
#include <enginebay/error.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <type_traits>

namespace teleclaude {

/// How long the database took, and how often it failed.
struct StoreMetrics {
    Histogram reads;
    Histogram writes;
    std::atomic<std::uint64_t> read_failures{0};
    std::atomic<std::uint64_t> write_failures{0};
    std::atomic<std::uint64_t> read_retries{0};  ///< reads run again on another connection
};

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
        return timed(metrics_.writes, metrics_.write_failures, [&] {
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
        });
    }

    /// Runs fn(Session&), which only reads, in a session; again where its connection was lost.
    template <class Fn>
    auto read(Fn&& fn) {  // NOLINT(readability-function-size): two lambdas and a retry
        return timed(metrics_.reads, metrics_.read_failures, [&] {
            for (int attempts_left = 3;; --attempts_left) {
                try {
                    enginebay::Session session = database_.session();
                    return fn(session);
                } catch (const enginebay::Error& error) {
                    if (!error.retryable() || attempts_left == 0) {
                        throw;
                    }
                    ++metrics_.read_retries;
                }
            }
        });
    }

    [[nodiscard]] const StoreMetrics& metrics() const noexcept { return metrics_; }

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
    template <class Fn>
    static auto timed(Histogram& times, std::atomic<std::uint64_t>& failures, Fn&& fn) {
        struct Watch {
            Histogram& times;
            std::atomic<std::uint64_t>& failures;
            int exceptions{std::uncaught_exceptions()};
            std::chrono::steady_clock::time_point begin{std::chrono::steady_clock::now()};
            Watch(Histogram& histogram, std::atomic<std::uint64_t>& count)
                : times{histogram}, failures{count} {}
            Watch(const Watch&) = delete;
            Watch& operator=(const Watch&) = delete;
            ~Watch() {
                times.observe(std::chrono::steady_clock::now() - begin);
                failures += std::uncaught_exceptions() > exceptions ? 1 : 0;
            }
        };
        const Watch watch{times, failures};
        return fn();
    }

    enginebay::Database& database_;
    std::function<void()> require_lock_;
    StoreMetrics metrics_;
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
