// SPDX-License-Identifier: BSL-1.0
// Loop: something done again and again on a thread of its own. A failure is logged and never ends
// it.
// Threads: counters() any thread.  Ownership: owns its thread; what the work touches outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace teleclaude {

struct LoopCounters {
    std::uint64_t runs{0};
    std::uint64_t failures{0};
    std::chrono::microseconds last{0};  ///< how long the last run took
};

class Loop {
public:
    /// The work gets a token that asks it to stop early.
    using Work = std::function<void(const std::stop_token& stop)>;

    Loop(std::string name, std::chrono::milliseconds first_delay,
         std::chrono::milliseconds interval, Work work);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] LoopCounters counters() const;
    /// Asks it to stop; the destructor waits for that.
    void request_stop() { thread_.request_stop(); }

private:
    void run(const std::stop_token& stop);
    void run_once(const std::stop_token& stop);

    std::string name_;
    std::chrono::milliseconds first_delay_;
    std::chrono::milliseconds interval_;
    Work work_;
    mutable std::mutex mutex_;
    LoopCounters counters_;
    std::jthread thread_;
};

}  // namespace teleclaude
