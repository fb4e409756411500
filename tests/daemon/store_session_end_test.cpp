// SPDX-License-Identifier: BSL-1.0
// Sessions of the store: what becomes of them in the end, and the log files they leave.
#include "daemon/sessions_fixture.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace enginebay::testing {
namespace {

using teleclaude::SessionEvent;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

TEST_F(SessionsTest, closing_closes_once) {
    create("one");
    watch();
    EXPECT_TRUE(sessions().close("one"));
    const auto closed = sessions().get("one");
    EXPECT_TRUE(closed->closed_at);
    EXPECT_EQ(closed->lifecycle_status, "closed");
    EXPECT_TRUE(sessions().close("one"));
    EXPECT_EQ(sessions().get("one")->closed_at, closed->closed_at);
    EXPECT_FALSE(sessions().close("two"));
    ASSERT_EQ(events_.size(), 2U);
    EXPECT_EQ(events_[0].kind, SessionEvent::Kind::updated);
    EXPECT_EQ(events_[1].kind, SessionEvent::Kind::closed);
}

TEST_F(SessionsTest, deleting_takes_along_what_belongs_to_it) {
    create("one");
    create("other");
    store_->pending_deletions().add("one", "m");
    store_->pending_deletions().add("other", "m");
    store_->listeners().add("one", "other", "t");
    store_->listeners().add("other", "one", "t");
    store_->listeners().add("other", "third", "t");
    store_->voices().assign("one", "s", "v");
    watch();
    EXPECT_TRUE(sessions().remove("one"));
    EXPECT_FALSE(sessions().remove("one"));
    EXPECT_EQ(events_.size(), 1U);
    EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM pending_message_deletions"), 1);
    EXPECT_EQ(store_->listeners().count(), 1);
    EXPECT_EQ(store_->voices().get("one"), std::nullopt);
    EXPECT_TRUE(sessions().get("other"));
}

TEST_F(SessionsTest, no_log_file_is_lost_when_many_are_attached_at_once) {
    create("one");
    sessions().attach_native("one", "n", "/log/0");
    std::vector<std::thread> hooks;
    for (int i = 1; i <= 8; ++i) {
        hooks.emplace_back(
            [this, i] { sessions().attach_native("one", "n", "/log/" + std::to_string(i)); });
    }
    for (std::thread& hook : hooks) {
        hook.join();
    }
    const auto row = sessions().get("one");
    for (int i = 0; i <= 8; ++i) {
        const std::string path = "/log/" + std::to_string(i);
        EXPECT_TRUE(row->native_log_file == path ||
                    row->transcript_files.find('"' + path + '"') != std::string::npos)
            << path << " is not in " << row->transcript_files;
    }
    sessions().attach_native("one", "n", *row->native_log_file);
    EXPECT_EQ(sessions().get("one")->transcript_files, row->transcript_files);
    EXPECT_FALSE(sessions().attach_native("two", "n", "/log/x"));
}

TEST_F(SessionsTest, idle_sessions_of_any_status_are_ended) {
    const auto add = [this](const std::string& id, const std::string& values) {
        add_session(id, ", lifecycle_status, created_at, last_activity, closed_at", ", " + values);
    };
    add("old", "'active', '2026-01-01 00:00:00', '2026-01-02T00:00:00Z', NULL");
    add("old initializing", "'initializing', '2026-01-01 00:00:00', NULL, NULL");
    add("old no status", "NULL, NULL, NULL, NULL");
    add("young", "'active', '2026-01-01 00:00:00', CURRENT_TIMESTAMP, NULL");
    add("half closed", "'active', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP");
    watch();
    const auto result = sessions().clean_up(now() - 72h);
    EXPECT_THAT(result.closed, ElementsAre("old", "old initializing", "old no status"));
    EXPECT_THAT(result.corrected, ElementsAre("half closed"));
    EXPECT_EQ(sessions().get("half closed")->lifecycle_status, "closed");
    EXPECT_TRUE(sessions().get("old")->closed_at);
    EXPECT_EQ(sessions().get("young")->closed_at, std::nullopt);
    EXPECT_EQ(events_.size(), 7U) << "two of each that was closed, one of the other";
    EXPECT_THAT(sessions().clean_up(now() - 72h).closed, IsEmpty());
    EXPECT_EQ(events_.size(), 7U);
}

TEST_F(SessionsTest, idle_sessions_of_people_are_noted_as_extracted) {
    const auto add = [this](const std::string& id, const std::string& values) {
        add_session(id, ", human_role, lifecycle_status, last_activity, closed_at", ", " + values);
    };
    add("idle", "'member', 'active', '2026-01-02T00:00:00Z', NULL");
    add("no status", "'admin', NULL, '2026-01-02 00:00:00', NULL");
    add("no time", "'admin', '', NULL, NULL");
    add("busy", "'member', 'active', CURRENT_TIMESTAMP, NULL");
    add("no person", "NULL, 'active', '2026-01-02 00:00:00', NULL");
    add("empty role", "'', 'active', '2026-01-02 00:00:00', NULL");
    add("headless", "'member', 'headless', '2026-01-02 00:00:00', NULL");
    add("closed", "'member', 'active', '2026-01-02 00:00:00', CURRENT_TIMESTAMP");
    sql("UPDATE sessions SET created_at = NULL WHERE session_id = 'no time'");
    watch();
    EXPECT_THAT(sessions().note_extraction(now() - 30min),
                ElementsAre("idle", "no status", "no time"));
    EXPECT_LT(now() - *sessions().get("idle")->last_memory_extraction_at, 1min);
    EXPECT_EQ(sessions().get("busy")->last_memory_extraction_at, std::nullopt);
    ASSERT_EQ(events_.size(), 3U);
    EXPECT_EQ(events_[0].kind, SessionEvent::Kind::updated);
    EXPECT_TRUE(events_[0].changes.contains("last_memory_extraction_at"));
}

TEST_F(SessionsTest, sessions_that_ended_lately_are_told_of_once_more) {
    add_session("older", ", closed_at", ", '" + iso(now() - 13h) + "'");
    add_session("later", ", closed_at", ", '" + iso(now() - 1h) + "'");
    add_session("before", ", closed_at", ", '" + iso(now() - 2h) + "'");
    add_session("open");
    EXPECT_EQ(sessions().replay_closed(now() - 12h), 0U) << "nobody listens";
    watch();
    EXPECT_EQ(sessions().replay_closed(now() - 12h), 2U);
    ASSERT_EQ(events_.size(), 2U);
    EXPECT_EQ(events_[0].kind, SessionEvent::Kind::closed);
    EXPECT_EQ(events_[0].session_id, "before");
    EXPECT_EQ(events_[1].session_id, "later");
}

TEST_F(SessionsTest, a_part_of_what_a_hook_knows_leaves_the_rest) {
    create("one");
    EXPECT_TRUE(sessions().attach_native("one", "n", std::nullopt));
    EXPECT_EQ(sessions().get("one")->native_log_file, std::nullopt);
    EXPECT_TRUE(sessions().attach_native("one", std::nullopt, "/log/1"));
    EXPECT_TRUE(sessions().attach_native("one", std::nullopt, "/log/\xc3\xa4"));
    EXPECT_TRUE(sessions().attach_native("one", "m", std::nullopt));
    const auto row = sessions().get("one");
    EXPECT_EQ(row->native_session_id, "m");
    EXPECT_EQ(row->native_log_file, "/log/\xc3\xa4");
    EXPECT_EQ(row->transcript_files, R"(["/log/1"])");
}

// The hook receiver is a program of its own: its own connections, and no lock.
TEST_F(SessionsTest, no_log_file_is_lost_between_programs) {
    create("one");
    std::vector<std::thread> programs;
    for (int program = 0; program < 3; ++program) {
        programs.emplace_back([this, program] {
            Database mine = Database::open(place_->config(), plugin_host());
            teleclaude::Store store{mine};
            for (int i = 0; i < 5; ++i) {
                const std::string path =
                    "/log/" + std::to_string(program) + "-" + std::to_string(i);
                EXPECT_TRUE(store.sessions().attach_native("one", "n", path));
            }
        });
    }
    for (std::thread& program : programs) {
        program.join();
    }
    const auto row = sessions().get("one");
    const std::string all = row->transcript_files + '"' + row->native_log_file.value_or("") + '"';
    for (int i = 0; i < 15; ++i) {
        const std::string path = "/log/" + std::to_string(i / 5) + "-" + std::to_string(i % 5);
        EXPECT_NE(all.find('"' + path + '"'), std::string::npos) << path << " is not in " << all;
    }
}

}  // namespace
}  // namespace enginebay::testing
