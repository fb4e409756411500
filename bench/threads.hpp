// SPDX-License-Identifier: BSL-1.0
// Work done by several threads at once for a fixed time.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <thread>
#include <vector>

namespace enginebay::bench {

/// Microseconds for one piece of work: `work(thread, stop)` counts what it did until `stop`.
inline double microseconds_each(
    int threads, std::chrono::milliseconds length,
    const std::function<std::int64_t(int thread, const std::atomic<bool>& stop)>& work) {
    std::atomic<bool> stop{false};
    std::atomic<std::int64_t> done{0};
    std::vector<std::thread> all;
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < threads; ++i) {
        all.emplace_back([&, i] { done += work(i, stop); });
    }
    std::this_thread::sleep_for(length);
    stop = true;
    for (std::thread& thread : all) {
        thread.join();
    }
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    return took.count() / static_cast<double>(done.load());
}

}  // namespace enginebay::bench
