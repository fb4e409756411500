// SPDX-License-Identifier: BSL-1.0
// Histograms, and the text that Prometheus reads.
#include "histogram.hpp"

#include <fmt/format.h>

#include <iterator>

namespace teleclaude {

void Histogram::observe(std::chrono::nanoseconds time) noexcept {
    std::size_t place = 0;
    while (place < bounds.size() && time > std::chrono::microseconds{bounds[place]}) {
        ++place;
    }
    counts_[place].fetch_add(1, std::memory_order_relaxed);
    nanoseconds_.fetch_add(time.count(), std::memory_order_relaxed);
}

void Histogram::write(std::string& out, std::string_view name, std::string_view labels) const {
    const auto to = std::back_inserter(out);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        total += counts_[i].load(std::memory_order_relaxed);
        fmt::format_to(to, "{}_bucket{{{}le=\"{}\"}} {}\n", name,
                       labels.empty() ? "" : fmt::format("{},", labels),
                       static_cast<double>(bounds[i]) / 1e6, total);
    }
    total += counts_.back().load(std::memory_order_relaxed);
    fmt::format_to(to, "{}_bucket{{{}le=\"+Inf\"}} {}\n", name,
                   labels.empty() ? "" : fmt::format("{},", labels), total);
    fmt::format_to(to, "{}_sum{{{}}} {}\n", name, labels,
                   static_cast<double>(nanoseconds_.load(std::memory_order_relaxed)) / 1e9);
    fmt::format_to(to, "{}_count{{{}}} {}\n", name, labels, total);
}

void RequestMetrics::observe(const std::string& method, const std::string& route, int status,
                             std::chrono::nanoseconds time) {
    const std::string labels =
        fmt::format("method={},route={}", label_value(method), label_value(route));
    const std::lock_guard lock{mutex_};
    Route& entry = routes_[labels];
    ++entry.answers[status];
    entry.times.observe(time);
}

void RequestMetrics::write(std::string& out) const {
    const std::lock_guard lock{mutex_};
    describe(out, "teleclauded_http_requests_total", "counter", "Requests by answer.");
    for (const auto& [labels, route] : routes_) {
        for (const auto& [status, count] : route.answers) {
            out += fmt::format("teleclauded_http_requests_total{{{},status=\"{}\"}} {}\n", labels,
                               status, count);
        }
    }
    describe(out, "teleclauded_http_request_duration_seconds", "histogram",
             "Time to make an answer.");
    for (const auto& [labels, route] : routes_) {
        route.times.write(out, "teleclauded_http_request_duration_seconds", labels);
    }
}

void describe(std::string& out, std::string_view name, std::string_view type,
              std::string_view help) {
    out += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

std::string label_value(std::string_view text) {
    std::string value = "\"";
    for (const char c : text) {
        if (c == '\n') {
            value += "\\n";
            continue;
        }
        if (c == '"' || c == '\\') {
            value += '\\';
        }
        value += c;
    }
    return value + '"';
}

}  // namespace teleclaude
