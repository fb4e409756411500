// SPDX-License-Identifier: BSL-1.0
// Database: the one object a daemon holds. An engine, a pool of sessions, transactions with retry.
// Threads: any function from any thread.  Ownership: owns engine and pool; a session still out
// keeps both alive until it is given back.
#pragma once

#include <enginebay/config.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/export.hpp>
#include <enginebay/instance_lock.hpp>
#include <enginebay/observer.hpp>
#include <enginebay/plugin_host.hpp>
#include <enginebay/session.hpp>
#include <enginebay/submit.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace enginebay {

/// Who has a session out, for people.
struct SessionHolder {
    std::string what;        ///< the session's label, else empty
    std::int64_t thread{0};  ///< the system's thread id
    std::chrono::milliseconds held{0};
};

struct PoolStatus {
    std::uint32_t idle{0};
    std::uint32_t out{0};
    std::uint32_t waiting{0};
    std::uint32_t most{0};       ///< sessions that may be out at once
    std::uint64_t connects{0};   ///< connections opened so far
    std::uint64_t waits{0};      ///< checkouts that had to wait so far
    std::uint64_t exhausted{0};  ///< of these, those that waited in vain
    std::vector<SessionHolder> holders;
};

/// How often transaction() runs its function again after a failure that may pass.
struct RetryPolicy {
    std::uint32_t attempts{6};                ///< in all
    std::chrono::milliseconds first_wait{5};  ///< doubled each time, with jitter
    std::chrono::milliseconds longest_wait{1'000};
};

class Submitter;

class ENGINEBAY_API Database {
public:
    /// Loads the plugin and opens the engine. No connection is made yet: the first session does.
    static Database open(const DatabaseConfig& config, PluginHost& host,
                         Access access = Access::create);
    /// The same on an engine that is there already.
    Database(std::unique_ptr<Engine> engine, const PoolConfig& pool,
             Access access = Access::create);
    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    /// Closes, waiting for sessions that are out, at most as long as a checkout waits.
    ~Database();

    /// Tells `observer` of every statement that sessions of this database run; see observer.hpp.
    /// Once, and before the first session; throws Errc::usage later.
    void observe(std::shared_ptr<StatementObserver> observer);

    /// A session; waits for one up to the pool's timeout, then throws Errc::pool_exhausted naming
    /// who holds what since when. Throws what connecting throws.
    Session session();

    /// Runs `fn(Session&)` in a transaction and commits. Runs it again after serialisation
    /// failures, deadlocks, busy, and connections lost before the commit; never after
    /// Errc::in_doubt. `fn` must have no effect outside the database that may not happen twice.
    template <class Fn>
    auto transaction(TransactionMode mode, Fn&& fn, const RetryPolicy& policy = {}) {
        using Result = std::invoke_result_t<Fn&, Session&>;
        if constexpr (std::is_void_v<Result>) {
            run_transaction(mode, [&fn](Session& session) { fn(session); }, policy);
        } else {
            std::optional<Result> result;
            run_transaction(
                mode, [&fn, &result](Session& session) { result.emplace(fn(session)); }, policy);
            return *std::move(result);
        }
    }

    /// Calls `fn(Session&)` in a worker thread, with a session of its own; the future has what it
    /// returns or throws. As many workers as the pool keeps sessions. While too many functions wait
    /// it waits too, up to the pool's timeout, then throws Errc::pool_exhausted. A submitted
    /// function must not wait for the future of another: all workers might.
    template <class Fn>
        requires std::invocable<std::decay_t<Fn>&, Session&>
    auto submit(Fn&& fn, SubmitOptions options = {}) {
        return enqueue(detail::SubmitKind::session, std::forward<Fn>(fn), std::move(options));
    }

    /// The same in a transaction, run again as transaction() does. The future is ready after the
    /// commit. Where a backend has one writer at a time, writes that are submitted together share
    /// one commit; each still succeeds or fails alone, and `fn` must not end the transaction.
    template <class Fn>
        requires std::invocable<std::decay_t<Fn>&, Session&>
    auto submit(TransactionMode mode, Fn&& fn, SubmitOptions options = {}) {
        return enqueue(
            mode == TransactionMode::read ? detail::SubmitKind::read : detail::SubmitKind::write,
            std::forward<Fn>(fn), std::move(options));
    }

    /// A lock on this database; see instance_lock.hpp.
    std::unique_ptr<InstanceLock> instance_lock(LockOptions options);

    [[nodiscard]] Engine& engine() noexcept;
    [[nodiscard]] PoolStatus pool_status() const;

    /// No new sessions from now on (Errc::usage); runs what was submitted and waits for the
    /// sessions that are out, each at most as long as a checkout waits. Submitted functions that
    /// had no turn by then fail with Errc::cancelled, those that run are asked to end.
    void close();

private:
    template <class Fn>
    auto enqueue(detail::SubmitKind kind, Fn&& fn, SubmitOptions options) {
        using Function = std::decay_t<Fn>;
        using Result = std::invoke_result_t<Function&, Session&>;
        auto task = std::make_unique<detail::SubmittedFunction<Function, Result>>(
            kind, std::forward<Fn>(fn), std::move(options));
        std::future<Result> future = task->future();
        enqueue(std::move(task));
        return future;
    }
    void enqueue(std::unique_ptr<detail::SubmittedTask> task);
    void run_transaction(TransactionMode mode, const std::function<void(Session&)>& fn,
                         const RetryPolicy& policy);
    std::shared_ptr<Pool> pool_;
    std::unique_ptr<Submitter> submitter_;
};

}  // namespace enginebay
