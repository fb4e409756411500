// SPDX-License-Identifier: BSL-1.0
// StatementMetrics: counting, and the lines for Prometheus.
#include "statement_metrics.hpp"

#include <fmt/format.h>

namespace teleclaude {
namespace {

std::string kind_label(std::size_t kind) {
    return fmt::format("kind={}",
                       label_value(to_string(static_cast<enginebay::StatementKind>(kind))));
}

std::string code_label(std::size_t code) {
    return fmt::format("code={}", label_value(to_string(static_cast<enginebay::Errc>(code))));
}

}  // namespace

void StatementMetrics::finished(const enginebay::StatementEvent& event) noexcept {
    const auto kind = static_cast<std::size_t>(event.kind);
    times_[kind].observe(event.time);
    if (event.failure) {
        failures_[kind][static_cast<std::size_t>(*event.failure)].fetch_add(
            1, std::memory_order_relaxed);
    }
}

void StatementMetrics::retried(enginebay::Errc why) noexcept {
    retries_[static_cast<std::size_t>(why)].fetch_add(1, std::memory_order_relaxed);
}

void StatementMetrics::write(std::string& out) const {
    write_times(out);
    write_failures(out);
    write_retries(out);
}

void StatementMetrics::write_times(std::string& out) const {
    constexpr std::string_view name = "teleclauded_statement_duration_seconds";
    describe(out, name, "histogram", "Time of each statement, failed ones too, by what it does.");
    for (std::size_t kind = 0; kind < times_.size(); ++kind) {
        times_[kind].write(out, name, kind_label(kind));
    }
}

void StatementMetrics::write_failures(std::string& out) const {
    constexpr std::string_view name = "teleclauded_statement_failures_total";
    describe(out, name, "counter", "Statements that failed, by what they do and why.");
    for (std::size_t kind = 0; kind < failures_.size(); ++kind) {
        for (std::size_t code = 0; code < codes; ++code) {
            const std::uint64_t count = failures_[kind][code].load(std::memory_order_relaxed);
            if (count > 0) {
                out += fmt::format("{}{{{},{}}} {}\n", name, kind_label(kind), code_label(code),
                                   count);
            }
        }
    }
}

void StatementMetrics::write_retries(std::string& out) const {
    constexpr std::string_view name = "teleclauded_transaction_retries_total";
    describe(out, name, "counter", "Transactions that were run again, by why.");
    for (std::size_t code = 0; code < codes; ++code) {
        const std::uint64_t count = retries_[code].load(std::memory_order_relaxed);
        if (count > 0) {
            out += fmt::format("{}{{{}}} {}\n", name, code_label(code), count);
        }
    }
}

}  // namespace teleclaude
