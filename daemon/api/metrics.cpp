// SPDX-License-Identifier: BSL-1.0
// GET /metrics: the text.
#include "api/metrics.hpp"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace teleclaude {
namespace {

void write_daemon(std::string& out, const MetricsSource& source) {
    describe(out, "teleclauded_info", "gauge", "Backend and schema revision.");
    out += fmt::format("teleclauded_info{{engine={},revision={}}} 1\n", label_value(source.engine),
                       label_value(source.revision));
    describe(out, "teleclauded_lock_held", "gauge", "1 while the instance lock is held.");
    out += fmt::format("teleclauded_lock_held {}\n", source.lock_held() ? 1 : 0);
}

void write_pool(std::string& out, const enginebay::PoolStatus& pool) {
    describe(out, "teleclauded_pool_sessions", "gauge", "Sessions of the pool.");
    out += fmt::format("teleclauded_pool_sessions{{state=\"idle\"}} {}\n", pool.idle);
    out += fmt::format("teleclauded_pool_sessions{{state=\"out\"}} {}\n", pool.out);
    describe(out, "teleclauded_pool_waiting", "gauge", "Requests that wait for a session.");
    out += fmt::format("teleclauded_pool_waiting {}\n", pool.waiting);
    describe(out, "teleclauded_pool_connects_total", "counter", "Connections opened.");
    out += fmt::format("teleclauded_pool_connects_total {}\n", pool.connects);
}

void write_store(std::string& out, const StoreMetrics& store) {
    describe(out, "teleclauded_database_seconds", "histogram",
             "Time of reads and of write transactions, with their repetitions.");
    store.reads.write(out, "teleclauded_database_seconds", "kind=\"read\"");
    store.writes.write(out, "teleclauded_database_seconds", "kind=\"write\"");
    describe(out, "teleclauded_database_failures_total", "counter",
             "Reads and write transactions that failed.");
    out += fmt::format("teleclauded_database_failures_total{{kind=\"read\"}} {}\n",
                       store.read_failures.load());
    out += fmt::format("teleclauded_database_failures_total{{kind=\"write\"}} {}\n",
                       store.write_failures.load());
}

void write_loops(std::string& out, const std::vector<std::unique_ptr<Loop>>& loops) {
    const auto series = [&](std::string_view name, std::string_view type, std::string_view help,
                            auto value) {
        describe(out, name, type, help);
        for (const auto& loop : loops) {
            fmt::format_to(std::back_inserter(out), "{}{{loop={}}} {}\n", name,
                           label_value(loop->name()), value(loop->counters()));
        }
    };
    series("teleclauded_loop_runs_total", "counter", "Runs of each loop.",
           [](const LoopCounters& counters) { return counters.runs; });
    series("teleclauded_loop_failures_total", "counter", "Runs that failed.",
           [](const LoopCounters& counters) { return counters.failures; });
    series("teleclauded_loop_last_seconds", "gauge", "How long the last run took.",
           [](const LoopCounters& counters) {
               return std::chrono::duration<double>(counters.last).count();
           });
}

Answer metrics(const MetricsSource& source) {
    std::string text;
    write_daemon(text, source);
    write_pool(text, source.database->pool_status());
    write_store(text, *source.store);
    write_loops(text, *source.loops);
    source.requests->write(text);
    return {200, std::move(text), {{"Content-Type", "text/plain; version=0.0.4; charset=utf-8"}}};
}

}  // namespace

Resource metrics_resource(MetricsSource source) {
    return {"/metrics",
            {{"GET", [source = std::move(source)](const Request&) { return metrics(source); }}}};
}

}  // namespace teleclaude
