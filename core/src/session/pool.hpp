// SPDX-License-Identifier: BSL-1.0
// Pool: connections kept for the next user.
// Threads: any function from any thread.  Ownership: shared by the database and every session that
// is out; owns the engine and all connections.
//
// It never connects, checks or closes a connection under its mutex: a slow connect must not stop
// another thread from giving one back. Whoever waits longest is served first.
#pragma once

#include "session/observation.hpp"
#include "session/statement_kind.hpp"

#include <enginebay/config.hpp>
#include <enginebay/database.hpp>
#include <enginebay/engine.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay {

using PoolClock = std::chrono::steady_clock;

/// The text of an upsert, kept with the connection so that it is built once.
struct UpsertText {
    std::string table;
    const void* columns;  ///< the address of the struct's list of columns: one for each struct
    std::vector<std::string> key;
    std::string sql;
};

/// One connection and what the pool knows of it. Moves between the pool and one session.
struct PooledConnection {
    std::unique_ptr<Connection> connection;
    PoolClock::time_point opened;
    PoolClock::time_point changed_hands;  ///< taken out or given back
    std::string label;
    std::int64_t thread{0};
    std::uint32_t savepoints{0};
    std::atomic<std::uint64_t> cancels{0};  ///< asked for so far, by whatever session
    std::atomic<std::int64_t> caller{0};    ///< the thread in a call that may be stopped; 0: none
    std::vector<UpsertText> upserts;
    StatementKinds kinds;   ///< only where an observer is told
    ObservedCursor cursor;  ///< the same
};

/// The system's id of this thread.
std::int64_t this_thread() noexcept;

class Pool {
public:
    Pool(std::unique_ptr<Engine> engine, const PoolConfig& config, Access access);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    /// A connection in its initial state. Throws pool_exhausted, usage when closed, and what
    /// connecting throws.
    std::unique_ptr<PooledConnection> take();
    void give_back(std::unique_ptr<PooledConnection> slot) noexcept;

    /// Throws usage where there is one, or a session has been taken.
    void observe(std::shared_ptr<StatementObserver> observer);
    /// Null where nobody wants to know. For whoever has a session: it changes no more by then.
    [[nodiscard]] StatementObserver* observer() const noexcept { return observer_.get(); }
    /// Tells the observer of a transaction that is run again.
    void retried(Errc why) const noexcept;

    /// Says for what a connection that is out is used.
    void label(PooledConnection& slot, std::string_view what);

    /// No more take(); waits until all are back or `limit` has passed.
    void close(std::chrono::milliseconds limit);

    [[nodiscard]] PoolStatus status() const;
    [[nodiscard]] Engine& engine() noexcept { return *engine_; }
    [[nodiscard]] const PoolConfig& config() const noexcept { return config_; }

private:
    struct Waiter {
        std::condition_variable woken;
        bool served{false};
        std::unique_ptr<PooledConnection> slot;  ///< null when served: make a new one
    };

    [[nodiscard]] std::uint32_t capacity() const noexcept {
        return config_.size + config_.overflow;
    }
    std::unique_ptr<PooledConnection> wait_for_one(std::unique_lock<std::mutex>& lock);
    std::unique_ptr<PooledConnection> fit_for_use(std::unique_ptr<PooledConnection> slot);
    std::unique_ptr<PooledConnection> connect();
    void note_taken(PooledConnection& slot);
    /// Hands a freed place, with or without a connection in it, to the next in line or keeps it.
    void release_place(std::unique_ptr<PooledConnection> slot) noexcept;
    [[noreturn]] void throw_exhausted(std::unique_lock<std::mutex>& lock) const;
    [[nodiscard]] std::vector<SessionHolder> holders() const;

    std::unique_ptr<Engine> engine_;
    PoolConfig config_;
    Access access_;
    std::shared_ptr<StatementObserver> observer_;
    bool recycles_;  ///< not where the one connection is the database
    mutable std::mutex mutex_;
    std::condition_variable returned_;
    std::vector<std::unique_ptr<PooledConnection>> idle_;  ///< last given back at the end
    std::vector<PooledConnection*> taken_;
    std::list<Waiter*> waiters_;
    std::uint32_t out_{0};  ///< places in use: connections out, and those being opened
    std::uint64_t connects_{0};
    std::uint64_t waits_{0};
    std::uint64_t exhausted_{0};
    bool closed_{false};
};

}  // namespace enginebay
