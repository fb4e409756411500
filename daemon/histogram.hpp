// SPDX-License-Identifier: BSL-1.0
// Histogram: how long things take, counted in the classes that Prometheus reads.
// Threads: any function from any thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace teleclaude {

class Histogram {
public:
    void observe(std::chrono::nanoseconds time) noexcept;
    /// The lines of one time series, `labels` without braces ("kind=\"read\"").
    void write(std::string& out, std::string_view name, std::string_view labels) const;

private:
    /// Upper bounds in microseconds: from a cached read to a time limit.
    static constexpr std::array<std::int64_t, 15> bounds{
        10,    25,     50,     100,     250,     500,       1'000,     2'500,
        5'000, 10'000, 25'000, 100'000, 500'000, 2'000'000, 10'000'000};
    std::array<std::atomic<std::uint64_t>, bounds.size() + 1> counts_{};
    std::atomic<std::int64_t> nanoseconds_{0};
};

/// Requests by method and route, with their answers.
class RequestMetrics {
public:
    void observe(const std::string& method, const std::string& route, int status,
                 std::chrono::nanoseconds time);
    void write(std::string& out) const;

private:
    struct Route {
        std::map<int, std::uint64_t> answers;
        Histogram times;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Route> routes_;
};

/// "# HELP" and "# TYPE" of a metric.
void describe(std::string& out, std::string_view name, std::string_view type,
              std::string_view help);
/// A text as the value of a label, quotes included.
std::string label_value(std::string_view text);

}  // namespace teleclaude
