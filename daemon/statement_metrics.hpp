// SPDX-License-Identifier: BSL-1.0
// StatementMetrics: every statement of the database in numbers, by what it does.
// Threads: any function from any thread.
#pragma once

#include "histogram.hpp"

#include <enginebay/observer.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

namespace teleclaude {

class StatementMetrics final : public enginebay::StatementObserver {
public:
    void finished(const enginebay::StatementEvent& event) noexcept override;
    void retried(enginebay::Errc why) noexcept override;
    void write(std::string& out) const;

private:
    static constexpr std::size_t codes = static_cast<std::size_t>(enginebay::Errc::internal) + 1;
    using Counters = std::array<std::atomic<std::uint64_t>, codes>;

    void write_times(std::string& out) const;
    void write_failures(std::string& out) const;
    void write_retries(std::string& out) const;

    std::array<Histogram, enginebay::statement_kinds> times_;
    std::array<Counters, enginebay::statement_kinds> failures_{};
    Counters retries_{};
};

}  // namespace teleclaude
