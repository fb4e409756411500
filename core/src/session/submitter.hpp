// SPDX-License-Identifier: BSL-1.0
// Submitter: the bounded set of workers behind Database::submit().
// Threads: any function from any thread.  Ownership: owns its threads and the tasks that wait; the
// pool lives longer.
//
// Two lanes. Where a backend has one writer at a time, writes wait in a lane of their own that one
// worker serves: those that come together share a transaction, each in a savepoint, and are
// answered after its commit. All else is served by whoever is free. A worker takes its session from
// the pool like everybody, so there are never more connections than the pool allows.
#pragma once

#include "session/retry.hpp"

#include <enginebay/submit.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace enginebay {

class Submitter {
public:
    using Task = std::unique_ptr<detail::SubmittedTask>;

    /// `shared_commits`: writes go to the lane of their own.
    Submitter(SessionSource sessions, std::uint32_t workers, bool shared_commits,
              std::chrono::milliseconds patience);
    Submitter(const Submitter&) = delete;
    Submitter& operator=(const Submitter&) = delete;
    ~Submitter();

    /// Puts it in line; waits while too many are, at most the patience, then throws
    /// pool_exhausted. A worker never waits: it would wait for itself.
    void add(Task task);

    /// Takes nothing more, runs what waits. After `limit` the rest is cancelled.
    void close(std::chrono::milliseconds limit);

private:
    [[nodiscard]] bool is_worker() const noexcept;
    [[nodiscard]] bool has_work() const noexcept;
    [[nodiscard]] bool write_is_next() const noexcept;
    void hire();
    void work();
    void serve(std::unique_lock<std::mutex>& lock);
    Task next_write();
    void cancel_all(std::unique_lock<std::mutex>& lock);

    void run_alone(detail::SubmittedTask& task);
    void run_alone_if_wanted(detail::SubmittedTask& task);
    void run_writes();

    SessionSource sessions_;
    std::uint32_t most_workers_;
    bool shared_commits_;
    std::chrono::milliseconds patience_;

    std::mutex mutex_;
    std::condition_variable work_;
    std::condition_variable room_;
    std::condition_variable done_;
    std::deque<Task> tasks_;
    std::deque<Task> writes_;
    std::vector<detail::SubmittedTask*> running_;
    std::uint32_t free_workers_{0};
    std::uint32_t busy_workers_{0};
    bool writing_{false};  ///< a worker serves the lane of writes
    bool write_was_last_{false};
    bool closed_{false};
    std::vector<std::thread> workers_;
};

}  // namespace enginebay
