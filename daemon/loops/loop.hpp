// SPDX-License-Identifier: BSL-1.0
// Loop: something done again and again on a thread of its own. A failure is logged and never ends
// it.
// Threads: counters() any thread.  Ownership: owns its thread; what the work touches outlives it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace teleclaude {

struct LoopCounters {
    std::uint64_t runs{0};
    std::uint64_t failures{0};
    std::int64_t rows{0};               ///< changed or deleted by all runs
    std::chrono::microseconds last{0};  ///< how long the last run took
    std::optional<std::chrono::system_clock::time_point> last_success;
};

class Loop {
public:
    /// The work gets a token that asks it to stop early, and says how many rows it changed.
    using Work = std::function<std::int64_t(const std::stop_token& stop)>;

    Loop(std::string name, std::chrono::milliseconds first_delay,
         std::chrono::milliseconds interval, Work work);
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] std::chrono::milliseconds interval() const noexcept { return interval_; }
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
