// SPDX-License-Identifier: BSL-1.0
// Loop: waits, works, counts.
#include "loops/loop.hpp"

#include "log.hpp"

#include <fmt/format.h>

#include <condition_variable>
#include <utility>

namespace teleclaude {

Loop::Loop(std::string name, std::chrono::milliseconds first_delay,
           std::chrono::milliseconds interval, Work work)
    : name_{std::move(name)},
      first_delay_{first_delay},
      interval_{interval},
      work_{std::move(work)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

LoopCounters Loop::counters() const {
    const std::lock_guard lock{mutex_};
    return counters_;
}

void Loop::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::chrono::milliseconds pause = first_delay_;
    for (;;) {
        {
            std::unique_lock lock{mutex};
            wake.wait_for(lock, stop, pause, [] { return false; });
        }
        if (stop.stop_requested()) {
            return;
        }
        run_once(stop);
        pause = interval_;
    }
}

void Loop::run_once(const std::stop_token& stop) {
    const auto begin = std::chrono::steady_clock::now();
    bool failed = false;
    std::int64_t rows = 0;
    try {
        rows = work_(stop);
    } catch (const std::exception& error) {
        failed = !stop.stop_requested();
        if (failed) {
            log().warning(fmt::format("{}: {}", name_, error.what()));
        }
    } catch (...) {
        failed = true;
        log().warning(fmt::format("{}: failed in an unexpected way", name_));
    }
    const std::lock_guard lock{mutex_};
    ++counters_.runs;
    counters_.failures += failed ? 1 : 0;
    counters_.rows += rows;
    if (!failed) {
        counters_.last_success = std::chrono::system_clock::now();
    }
    counters_.last = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - begin);
}

}  // namespace teleclaude
