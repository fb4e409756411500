// SPDX-License-Identifier: BSL-1.0
// The works of the daemon's loops on each backend, and that a failure never ends one.
#include "loops/loops.hpp"

#include "daemon/running_daemon.hpp"
#include "daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <set>

namespace enginebay::testing {
namespace {

using teleclaude::KeepSettings;
using teleclaude::Loop;
using namespace std::chrono_literals;

class LoopsTest : public StoreTest {
protected:
    static void run(const Loop::Work& work) { work(std::stop_token{}); }
    std::int64_t count(const std::string& what) {
        return one<std::int64_t>("SELECT count(*) FROM " + what);
    }
};

TEST_F(LoopsTest, each_work_does_its_own) {
    teleclaude::Store& store = *store_;
    store.voices().assign("v", "s", "x");
    sql("UPDATE voice_assignments SET assigned_at = '2026-01-02T03:04:05Z'");
    store.agents().mark_unavailable("a", now() - 1s, "over");
    store.listeners().add("gone", "gone too", "x");
    store.hooks().enqueue("s", "e", "{}");
    store.notifications().enqueue("c", "r", "x");
    store.webhooks().enqueue("c", "{}", "u");
    for (const char* table : {"hook_outbox", "notification_outbox", "webhook_outbox"}) {
        sql(std::string{"UPDATE "} + table + " SET locked_at = '2026-01-02T03:04:05+00:00'");
    }
    store.webhooks().upsert_contract("c", R"({"expires_at": "2026-01-02T03:04:05Z"})");
    add_session("idle", ", last_activity, human_role", ", '2026-01-02 03:04:05', 'member'");

    run(teleclaude::checkpoint_work(store));
    run(teleclaude::voices_work(store, std::nullopt));
    EXPECT_EQ(count("voice_assignments"), 1) << "switched off";
    run(teleclaude::voices_work(store, 168h));
    EXPECT_EQ(count("voice_assignments"), 0);
    run(teleclaude::agents_work(store));
    EXPECT_EQ(count("agent_availability WHERE unavailable_until IS NULL"), 1);
    run(teleclaude::listeners_work(store, 10min));
    EXPECT_EQ(count("session_listeners"), 1) << "too young";
    run(teleclaude::listeners_work(store, -1min));
    EXPECT_EQ(count("session_listeners"), 0);
    run(teleclaude::outboxes_work(store));
    for (const char* table : {"hook_outbox", "notification_outbox", "webhook_outbox"}) {
        EXPECT_EQ(count(std::string{table} + " WHERE locked_at IS NULL"), 1) << table;
    }
    run(teleclaude::contracts_work(store));
    EXPECT_TRUE(store.webhooks().contracts().empty());
    KeepSettings keep;
    keep.idle_sessions.reset();
    keep.unextracted.reset();
    run(teleclaude::sessions_work(store, keep));
    EXPECT_FALSE(store.sessions().get("idle")->closed_at);
    EXPECT_FALSE(store.sessions().get("idle")->last_memory_extraction_at);
    keep.unextracted = 30min;
    run(teleclaude::sessions_work(store, keep));
    EXPECT_FALSE(store.sessions().get("idle")->closed_at);
    EXPECT_TRUE(store.sessions().get("idle")->last_memory_extraction_at);
    keep.idle_sessions = 72h;
    run(teleclaude::sessions_work(store, keep));
    EXPECT_TRUE(store.sessions().get("idle")->closed_at);
}

TEST_F(LoopsTest, what_fails_in_one_table_does_not_keep_the_others_from_their_turn) {
    teleclaude::Store& store = *store_;
    store.hooks().enqueue("s", "e", "{}");
    store.webhooks().enqueue("c", "{}", "u");
    for (const char* table : {"hook_outbox", "webhook_outbox"}) {
        sql(std::string{"UPDATE "} + table + " SET locked_at = '2026-01-02T03:04:05+00:00'");
    }
    sql("ALTER TABLE hook_outbox RENAME TO away");
    EXPECT_THROW(run(teleclaude::outboxes_work(store)), Error);
    EXPECT_EQ(count("webhook_outbox WHERE locked_at IS NULL"), 1);
    sql("UPDATE webhook_outbox SET delivered_at = '2026-01-02T03:04:05Z', status = 'delivered'");
    add_session("closed", ", closed_at", ", '2026-01-02 03:04:05'");
    KeepSettings keep;
    keep.delivered = 24h;
    keep.closed_sessions = 24h;
    EXPECT_THROW(run(teleclaude::retention_work(store, keep)), Error);
    EXPECT_EQ(count("webhook_outbox"), 0);
    EXPECT_EQ(count("sessions"), 0);
}

TEST_F(LoopsTest, retention_deletes_only_what_is_configured) {
    const std::int64_t id = store_->hooks().enqueue("s", "e", "{}");
    store_->hooks().delivered(id, std::nullopt);
    sql("UPDATE hook_outbox SET delivered_at = '2026-01-02T03:04:05Z'");
    store_->hooks().enqueue("s", "e", "{}");
    add_session("closed", ", closed_at", ", '2026-01-02 03:04:05'");
    add_session("open");
    run(teleclaude::retention_work(*store_, KeepSettings{}));
    EXPECT_EQ(count("hook_outbox"), 2);
    EXPECT_EQ(count("sessions"), 2);
    KeepSettings keep;
    keep.delivered = 24h;
    run(teleclaude::retention_work(*store_, keep));
    EXPECT_EQ(count("hook_outbox"), 1);
    EXPECT_EQ(count("sessions"), 2);
    keep.closed_sessions = 24h;
    run(teleclaude::retention_work(*store_, keep));
    EXPECT_EQ(count("sessions"), 1);
}

TEST_F(LoopsTest, each_loop_is_counted_and_survives_failures) {
    teleclaude::OwnSettings settings;
    auto& every = settings.loops;
    for (auto* interval : {&every.checkpoint, &every.voices, &every.agents, &every.listeners,
                           &every.outboxes, &every.contracts, &every.sessions, &every.retention}) {
        *interval = 20ms;
    }
    std::atomic<bool> held{false};
    teleclaude::Store guarded{*database_, [&held] {
                                  if (!held) {
                                      throw Error{Errc::lock_lost, "lost"};
                                  }
                              }};
    add_session("idle", ", last_activity", ", '2026-01-02 03:04:05'");
    const auto loops = teleclaude::make_loops(guarded, settings);
    std::set<std::string> names;
    for (const auto& loop : loops) {
        names.insert(loop->name());
        EXPECT_TRUE(wait_until([&] { return loop->counters().runs >= 2; }, 30s)) << loop->name();
    }
    EXPECT_EQ(names.size(), 8U);
    EXPECT_FALSE(store_->sessions().get("idle")->closed_at)
        << "without the lock nothing is written";
    held = true;
    EXPECT_TRUE(
        wait_until([&] { return store_->sessions().get("idle")->closed_at.has_value(); }, 30s));
}

class DaemonLoops : public BackendTest {};

TEST_F(DaemonLoops, run_at_the_interval_of_the_configuration) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    EXPECT_EQ(home.run({"--check"}).exit_status, 0);
    backend().tamper(database,
                     "INSERT INTO sessions (session_id, computer_name, last_activity)"
                     " VALUES ('idle', 'here', '2026-01-02 03:04:05')");
    write_file(home.folder() / "teleclaude.yml", "loops: {sessions: 100ms}\n");
    ChildProcess daemon = home.launch_ready();
    EXPECT_TRUE(daemon.wait_for_line("idle sessions closed: 1", patience)) << daemon.err();
    EXPECT_EQ(end(daemon), 0);
}

}  // namespace
}  // namespace enginebay::testing
