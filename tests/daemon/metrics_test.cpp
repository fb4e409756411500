// SPDX-License-Identifier: BSL-1.0
// GET /metrics: text that Prometheus takes, and numbers that are true.
#include "daemon/exposition.hpp"
#include "daemon/running_daemon.hpp"

#include <gmock/gmock.h>

#include <set>

namespace enginebay::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::StartsWith;

class MetricsTest : public BackendTest {
protected:
    static Exposition read(const DaemonHome& home) {
        const HttpAnswer answer = home.request("/metrics");
        EXPECT_EQ(answer.status, 200);
        EXPECT_THAT(answer.content_type, StartsWith("text/plain; version=0.0.4"));
        Exposition metrics{answer.body};
        EXPECT_THAT(metrics.problems(), IsEmpty()) << answer.body;
        return metrics;
    }
    static double statements(const Exposition& metrics, const std::string& kind) {
        return metrics.value("teleclauded_statement_duration_seconds_count", {{"kind", kind}});
    }
};

TEST_F(MetricsTest, are_text_that_prometheus_takes_and_leave_nothing_out) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    home.request("/v1/sessions", "POST", R"({"session_id": "a", "computer_name": "x"})");
    home.request("/v1/sessions/a");
    home.request("/made/up");
    const Exposition metrics = read(home);
    std::set<std::string> names;
    for (const auto& [name, unused] : metrics.families()) {
        names.insert(name);
    }
    const std::set<std::string> expected{"teleclauded_http_request_duration_seconds",
                                         "teleclauded_http_requests_total",
                                         "teleclauded_info",
                                         "teleclauded_lock_held",
                                         "teleclauded_lock_losses_total",
                                         "teleclauded_loop_failures_total",
                                         "teleclauded_loop_interval_seconds",
                                         "teleclauded_loop_last_duration_seconds",
                                         "teleclauded_loop_last_success_timestamp_seconds",
                                         "teleclauded_loop_rows_total",
                                         "teleclauded_loop_runs_total",
                                         "teleclauded_migrations",
                                         "teleclauded_migrations_duration_seconds",
                                         "teleclauded_pool_connects_total",
                                         "teleclauded_pool_sessions",
                                         "teleclauded_pool_sessions_max",
                                         "teleclauded_pool_timeouts_total",
                                         "teleclauded_pool_waiting",
                                         "teleclauded_pool_waits_total",
                                         "teleclauded_read_retries_total",
                                         "teleclauded_statement_duration_seconds",
                                         "teleclauded_statement_failures_total",
                                         "teleclauded_store_duration_seconds",
                                         "teleclauded_store_failures_total",
                                         "teleclauded_transaction_retries_total"};
    EXPECT_EQ(names, expected);
    EXPECT_EQ(metrics.value("teleclauded_lock_held"), 1);
    EXPECT_EQ(metrics.value("teleclauded_lock_losses_total"), 0);
    EXPECT_GE(metrics.value("teleclauded_migrations", {{"outcome", "applied"}}), 1);
    EXPECT_GT(metrics.value("teleclauded_pool_sessions_max"), 0);
    for (const char* loop : {"checkpoint", "voices", "agents", "listeners", "outboxes", "contracts",
                             "sessions", "retention"}) {
        EXPECT_GT(metrics.value("teleclauded_loop_interval_seconds", {{"loop", loop}}), 0) << loop;
    }
    for (const char* kind : {"select", "insert", "update", "delete", "begin", "commit", "rollback",
                             "batch", "bulk", "other"}) {
        EXPECT_GE(statements(metrics, kind), 0) << kind;
    }
    EXPECT_EQ(metrics.value("teleclauded_http_requests_total",
                            {{"method", "other"}, {"route", "none"}, {"status", "404"}}),
              1);
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(MetricsTest, count_each_statement_under_what_it_does) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    write_file(home.folder() / "teleclaude.yml", "loops: {agents: 1h, outboxes: 1h}\n");
    ChildProcess daemon = home.launch_ready();
    const Exposition before = read(home);
    EXPECT_EQ(
        home.request("/v1/hooks", "POST", R"({"session_id": "s", "event_type": "e", "payload": 1})")
            .status,
        201);
    EXPECT_EQ(home.request("/v1/settings/none").status, 404);
    const Exposition after = read(home);
    const auto more = [&](const std::string& kind) {
        return statements(after, kind) - statements(before, kind);
    };
    EXPECT_EQ(more("insert"), 1);
    EXPECT_EQ(more("begin"), 1);
    EXPECT_EQ(more("commit"), 1);
    EXPECT_EQ(more("select"), 1);
    EXPECT_EQ(more("delete"), 0);
    const auto stored = [&](const std::string& kind) {
        return after.value("teleclauded_store_duration_seconds_count", {{"kind", kind}}) -
               before.value("teleclauded_store_duration_seconds_count", {{"kind", kind}});
    };
    EXPECT_EQ(stored("write"), 1);
    EXPECT_EQ(stored("read"), 1);
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(MetricsTest, tell_failures_by_their_code) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const std::string body = R"({"session_id": "a", "computer_name": "x"})";
    EXPECT_EQ(home.request("/v1/sessions", "POST", body).status, 201);
    EXPECT_EQ(home.request("/v1/sessions", "POST", body).status, 409);
    const Exposition metrics = read(home);
    EXPECT_EQ(metrics.value("teleclauded_statement_failures_total",
                            {{"kind", "insert"}, {"code", "unique_violation"}}),
              1);
    EXPECT_EQ(metrics.value("teleclauded_store_failures_total", {{"kind", "write"}}), 1);
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(MetricsTest, tell_what_loops_do_and_that_a_failing_one_goes_on) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    write_file(home.folder() / "teleclaude.yml", "loops: {voices: 50ms, listeners: 50ms}\n");
    EXPECT_EQ(home.run({"--check"}).exit_status, 0);
    backend().tamper(database,
                     "INSERT INTO voice_assignments (id, service_name, assigned_at)"
                     " VALUES ('old', 's', '2020-01-02 03:04:05')");
    ChildProcess daemon = home.launch_ready();
    const auto loop = [&home](const std::string& what, const std::string& name) {
        return read(home).value("teleclauded_loop_" + what, {{"loop", name}});
    };
    EXPECT_TRUE(wait_until([&] { return loop("rows_total", "voices") == 1; }, patience));
    EXPECT_GT(loop("last_success_timestamp_seconds", "voices"), 1.7e9);
    EXPECT_EQ(loop("failures_total", "listeners"), 0);

    backend().tamper(database, "ALTER TABLE session_listeners RENAME TO away");
    EXPECT_TRUE(wait_until([&] { return loop("failures_total", "listeners") >= 2; }, patience));
    const double runs = loop("runs_total", "voices");
    EXPECT_TRUE(wait_until([&] { return loop("runs_total", "voices") > runs; }, patience))
        << "the others go on";
    backend().tamper(database, "ALTER TABLE away RENAME TO session_listeners");
    const double success = loop("last_success_timestamp_seconds", "listeners");
    EXPECT_TRUE(wait_until(
        [&] { return loop("last_success_timestamp_seconds", "listeners") > success; }, patience))
        << "and so does it, once it can";
    EXPECT_EQ(end(daemon), 0);
}

}  // namespace
}  // namespace enginebay::testing
