// SPDX-License-Identifier: BSL-1.0
// Workers: a fixed number of threads and a queue with an end.
// Threads: try_add() any thread.  Ownership: owns the threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace teleclaude {

class Workers {
public:
    Workers(unsigned threads, std::size_t queue);
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;
    ~Workers();

    /// False when the queue is full or the end has begun. Work must not throw.
    bool try_add(std::function<void()> work);
    /// Takes no more. True once everything added is done; false when that takes longer.
    bool drain(std::chrono::milliseconds limit);
    /// Finishes what was added, then ends the threads.
    void finish();

private:
    void run();
    std::size_t longest_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> queue_;
    std::size_t running_{0};
    bool ending_{false};
    std::vector<std::jthread> threads_;
};

}  // namespace teleclaude
