// SPDX-License-Identifier: BSL-1.0
// GET /metrics: the text.
#include "api/metrics.hpp"

#include "options.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <utility>

namespace teleclaude {
namespace {

/// A metric with one series.
template <class Number>
void write_one(std::string& out, std::string_view name, std::string_view type,
               std::string_view help, Number value) {
    describe(out, name, type, help);
    fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

void write_daemon(std::string& out, const MetricsSource& source) {
    describe(out, "teleclauded_info", "gauge", "Versions, backend and schema revision.");
    out += fmt::format("teleclauded_info{{version={},engine={},server_version={},revision={}}} 1\n",
                       label_value(program_version()), label_value(source.engine),
                       label_value(source.server_version), label_value(source.revision));
    write_one(out, "teleclauded_lock_held", "gauge", "1 while the instance lock is held.",
              source.lock->held() ? 1 : 0);
    write_one(out, "teleclauded_lock_losses_total", "counter", "Times the instance lock was lost.",
              source.lock->losses());
}

void write_migrations(std::string& out, const enginebay::UpgradeReport& report) {
    describe(out, "teleclauded_migrations", "gauge", "Revisions that this start ran or recorded.");
    out += fmt::format("teleclauded_migrations{{outcome=\"applied\"}} {}\n", report.applied.size());
    out += fmt::format("teleclauded_migrations{{outcome=\"adopted\"}} {}\n", report.adopted.size());
    write_one(out, "teleclauded_migrations_duration_seconds", "gauge",
              "How long migrations took at this start.",
              std::chrono::duration<double>(report.elapsed).count());
}

void write_pool(std::string& out, const enginebay::PoolStatus& pool) {
    describe(out, "teleclauded_pool_sessions", "gauge", "Sessions of the pool.");
    out += fmt::format("teleclauded_pool_sessions{{state=\"idle\"}} {}\n", pool.idle);
    out += fmt::format("teleclauded_pool_sessions{{state=\"out\"}} {}\n", pool.out);
    write_one(out, "teleclauded_pool_sessions_max", "gauge", "Sessions that may be out at once.",
              pool.most);
    write_one(out, "teleclauded_pool_waiting", "gauge", "Requests that wait for a session.",
              pool.waiting);
    write_one(out, "teleclauded_pool_waits_total", "counter", "Requests that had to wait.",
              pool.waits);
    write_one(out, "teleclauded_pool_timeouts_total", "counter", "Requests that waited in vain.",
              pool.exhausted);
    write_one(out, "teleclauded_pool_connects_total", "counter", "Connections opened.",
              pool.connects);
}

void write_store(std::string& out, const StoreMetrics& store) {
    constexpr std::string_view times = "teleclauded_store_duration_seconds";
    describe(out, times, "histogram",
             "Time of reads and of write transactions, repetitions and waits included.");
    store.reads.write(out, times, "kind=\"read\"");
    store.writes.write(out, times, "kind=\"write\"");
    constexpr std::string_view failures = "teleclauded_store_failures_total";
    describe(out, failures, "counter", "Reads and write transactions that failed.");
    out += fmt::format("{}{{kind=\"read\"}} {}\n", failures, store.read_failures.load());
    out += fmt::format("{}{{kind=\"write\"}} {}\n", failures, store.write_failures.load());
    write_one(out, "teleclauded_read_retries_total", "counter",
              "Reads that were run again on another connection.", store.read_retries.load());
}

void write_loops(std::string& out, const std::vector<std::unique_ptr<Loop>>& loops) {
    using Seconds = std::chrono::duration<double>;
    const auto series = [&](std::string_view name, std::string_view type, std::string_view help,
                            auto value) {
        describe(out, name, type, help);
        for (const auto& loop : loops) {
            fmt::format_to(std::back_inserter(out), "{}{{loop={}}} {}\n", name,
                           label_value(loop->name()), value(*loop, loop->counters()));
        }
    };
    series("teleclauded_loop_runs_total", "counter", "Runs of each loop, failed ones too.",
           [](const Loop&, const LoopCounters& counters) { return counters.runs; });
    series("teleclauded_loop_failures_total", "counter", "Runs that failed.",
           [](const Loop&, const LoopCounters& counters) { return counters.failures; });
    series("teleclauded_loop_rows_total", "counter", "Rows that runs changed or deleted.",
           [](const Loop&, const LoopCounters& counters) { return counters.rows; });
    series(
        "teleclauded_loop_last_duration_seconds", "gauge", "How long the last run took.",
        [](const Loop&, const LoopCounters& counters) { return Seconds(counters.last).count(); });
    series("teleclauded_loop_last_success_timestamp_seconds", "gauge",
           "When a run last ended well; 0: not yet.",
           [](const Loop&, const LoopCounters& counters) {
               return counters.last_success
                          ? Seconds(counters.last_success->time_since_epoch()).count()
                          : 0.0;
           });
    series("teleclauded_loop_interval_seconds", "gauge", "The pause between two runs.",
           [](const Loop& loop, const LoopCounters&) { return Seconds(loop.interval()).count(); });
}

Answer metrics(const MetricsSource& source) {
    std::string text;
    write_daemon(text, source);
    write_migrations(text, *source.migrations);
    write_pool(text, source.database->pool_status());
    source.statements->write(text);
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
