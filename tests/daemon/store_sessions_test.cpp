// SPDX-License-Identifier: BSL-1.0
// Sessions of the store: each method, and each fault of the old store that it mends.
#include "daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace enginebay::testing {
namespace {

using teleclaude::NewSession;
using teleclaude::SessionChanges;
using teleclaude::SessionEvent;
using teleclaude::SessionFilter;
using teleclaude::SessionRow;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using namespace std::chrono_literals;

class SessionsTest : public StoreTest {
protected:
    teleclaude::Sessions& sessions() { return store_->sessions(); }

    SessionRow create(const std::string& id, const std::string& title = {}) {
        NewSession session;
        session.session_id = id;
        session.computer_name = "here";
        session.title = title;
        return sessions().create(session);
    }
    static std::vector<std::string> ids(const std::vector<SessionRow>& rows) {
        std::vector<std::string> ids;
        for (const SessionRow& row : rows) {
            ids.push_back(row.session_id);
        }
        return ids;
    }
    void watch() {
        sessions().observe([this](const SessionEvent& event) { events_.push_back(event); });
    }
    std::vector<SessionEvent> events_;
};

TEST_F(SessionsTest, a_created_session_has_its_defaults) {
    watch();
    NewSession session;
    session.computer_name = "here";
    const SessionRow row = sessions().create(session);
    EXPECT_EQ(row.session_id.size(), 36U);
    EXPECT_EQ(row.title, "[here] Untitled");
    EXPECT_EQ(row.lifecycle_status, "active");
    EXPECT_EQ(row.last_input_origin, "telegram");
    EXPECT_EQ(row.adapter_metadata, "{}");
    EXPECT_EQ(row.transcript_files, "[]");
    EXPECT_EQ(row.terminal_size, "80x24");
    EXPECT_FALSE(row.initiated_by_ai);
    ASSERT_TRUE(row.created_at);
    EXPECT_EQ(row.created_at, row.last_activity);
    EXPECT_LT(now() - *row.created_at, 1min);
    ASSERT_EQ(events_.size(), 1U);
    EXPECT_EQ(events_[0].kind, SessionEvent::Kind::started);
    EXPECT_EQ(events_[0].session_id, row.session_id);
}

TEST_F(SessionsTest, an_id_that_is_taken_is_refused_without_an_event) {
    create("one", "first");
    watch();
    EXPECT_THROW(create("one", "second"), Error);
    EXPECT_EQ(sessions().get("one")->title, "first");
    EXPECT_THAT(events_, IsEmpty());
}

TEST_F(SessionsTest, a_headless_session_has_no_tmux_session) {
    NewSession session;
    session.computer_name = "here";
    session.tmux_session_name = "";
    const SessionRow row = sessions().create_headless(session);
    EXPECT_EQ(row.lifecycle_status, "headless");
    EXPECT_EQ(row.title, "");
    EXPECT_EQ(row.tmux_session_name, std::nullopt);
    EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM sessions WHERE tmux_session_name IS NULL"),
              1);
    add_session("old", ", tmux_session_name", ", ''");
    EXPECT_EQ(sessions().get("old")->tmux_session_name, std::nullopt);
}

TEST_F(SessionsTest, rows_of_older_programs_read_as_they_mean) {
    add_session("one",
                ", title, lifecycle_status, initiated_by_ai, char_offset, transcript_files,"
                " created_at",
                ", NULL, NULL, NULL, NULL, NULL, '2026-01-02T03:04:05.000006+00:00'");
    const auto row = sessions().get("one");
    ASSERT_TRUE(row);
    EXPECT_EQ(row->title, "");
    EXPECT_EQ(row->lifecycle_status, "active");
    EXPECT_FALSE(row->initiated_by_ai);
    EXPECT_EQ(row->char_offset, 0);
    EXPECT_EQ(row->transcript_files, "[]");
    EXPECT_EQ(row->created_at, parse_timestamp("2026-01-02 03:04:05.000006"));
    EXPECT_EQ(sessions().get("two"), std::nullopt);
}

TEST_F(SessionsTest, malformed_metadata_hide_no_session) {
    for (const std::string text : {"", "{broken", "[1, 2]", "null", "{}", R"({"telegram": 1})"}) {
        add_session("with " + text, ", adapter_metadata", ", '" + text + "'");
    }
    add_session("good", ", adapter_metadata",
                R"(, '{"telegram": {"topic_id": 7, "unknown": "kept"}}')");
    EXPECT_EQ(sessions().all().size(), 7U);
    const auto broken = sessions().get("with {broken");
    EXPECT_TRUE(broken->metadata_malformed());
    EXPECT_EQ(broken->metadata()->size(), 0U);
    EXPECT_EQ(broken->adapter_metadata, "{broken");
    EXPECT_FALSE(sessions().get("with ")->metadata_malformed());
    EXPECT_THAT(ids(sessions().by_metadata("telegram", "topic_id", std::int64_t{7})),
                ElementsAre("good"));
    EXPECT_EQ(
        sessions().get("good")->metadata()->getObject("telegram")->getValue<std::string>("unknown"),
        "kept");
}

TEST_F(SessionsTest, metadata_are_found_by_number_and_its_text) {
    add_session("number", ", adapter_metadata", R"(, '{"telegram": {"topic_id": 7}}')");
    add_session("text", ", adapter_metadata", R"(, '{"telegram": {"topic_id": "7"}}')");
    add_session("true", ", adapter_metadata", R"(, '{"telegram": {"topic_id": true}}')");
    add_session("closed", ", adapter_metadata, closed_at",
                R"(, '{"telegram": {"topic_id": 7}}', CURRENT_TIMESTAMP)");
    sql("UPDATE sessions SET last_activity = '2026-01-01 00:00:00'");
    const auto find = [this](const Value& value, bool closed = false) {
        return ids(sessions().by_metadata("telegram", "topic_id", value, closed));
    };
    EXPECT_THAT(find(std::int64_t{7}), ElementsAre("number", "text"));
    EXPECT_THAT(find(std::string{"7"}), ElementsAre("text"));
    EXPECT_THAT(find(true), ElementsAre("true"));
    EXPECT_THAT(find(std::int64_t{7}, true), ElementsAre("closed", "number", "text"));
    EXPECT_THAT(ids(sessions().by_metadata("x' OR '1", "y\"]", std::int64_t{7})), IsEmpty());
}

TEST_F(SessionsTest, lists_are_filtered_and_in_order) {
    add_session("active", ", last_activity", ", '2026-01-02 10:00:00'");
    add_session("no status", ", lifecycle_status, last_activity",
                ", NULL, '2026-01-02T11:00:00+00:00'");
    add_session("headless", ", lifecycle_status, last_activity",
                ", 'headless', '2026-01-02 12:00:00'");
    add_session("initializing", ", lifecycle_status, last_activity", ", 'initializing', NULL");
    add_session("closed", ", lifecycle_status, closed_at, last_activity",
                ", 'closed', CURRENT_TIMESTAMP, '2026-01-01 00:00:00'");
    SessionFilter filter;
    EXPECT_THAT(ids(sessions().list(filter)), ElementsAre("no status", "active"));
    EXPECT_THAT(ids(sessions().active()), ElementsAre("no status", "active"));
    filter.include_headless = true;
    EXPECT_THAT(ids(sessions().list(filter)), ElementsAre("headless", "no status", "active"));
    filter.include_initializing = true;
    EXPECT_THAT(ids(sessions().list(filter)),
                ElementsAre("headless", "no status", "active", "initializing"));
    filter.include_headless = false;
    EXPECT_THAT(ids(sessions().list(filter)), ElementsAre("no status", "active", "initializing"));
    EXPECT_THAT(ids(sessions().all()),
                ElementsAre("headless", "no status", "active", "closed", "initializing"));
    filter.limit = 1;
    EXPECT_THAT(ids(sessions().list(filter)), ElementsAre("no status"));
    filter.computer_name = "elsewhere";
    EXPECT_THAT(sessions().list(filter), IsEmpty());
    EXPECT_EQ(sessions().count("here"), 5);
    EXPECT_EQ(sessions().count("elsewhere"), 0);
}

TEST_F(SessionsTest, equal_times_are_told_apart_by_the_id) {
    for (const char* id : {"b", "c", "a"}) {
        add_session(id, ", last_activity", ", '2026-01-02 10:00:00'");
    }
    EXPECT_THAT(ids(sessions().list()), ElementsAre("a", "b", "c"));
}

TEST_F(SessionsTest, one_is_found_by_a_field_in_a_defined_order) {
    add_session("older", ", native_session_id, last_activity", ", 'n', '2026-01-02 10:00:00'");
    add_session("younger", ", native_session_id, last_activity",
                ", 'n', '2026-01-02T10:30:00.000000+00:00'");
    add_session("headless", ", native_session_id, lifecycle_status, last_activity",
                ", 'n', 'headless', '2026-01-03 10:00:00'");
    add_session("closed", ", native_session_id, closed_at", ", 'n', CURRENT_TIMESTAMP");
    EXPECT_EQ(sessions().get_by_field("native_session_id", std::string{"n"})->session_id,
              "younger");
    EXPECT_EQ(sessions().get_by_field("native_session_id", std::string{"n"}, true)->session_id,
              "headless");
    EXPECT_EQ(sessions().get_by_field("native_session_id", std::string{"m"}), std::nullopt);
    EXPECT_THROW(sessions().get_by_field("nope", std::string{"n"}), Error);
}

TEST_F(SessionsTest, titles_are_found_by_their_beginning_without_wildcards) {
    create("percent", "100% Done");
    create("plain", "1000 done");
    create("umlaut",
           "\xc3\x9c"
           "ber alles");
    add_session("headless", ", title, lifecycle_status", ", '100% x', 'headless'");
    add_session("no status", ", title, lifecycle_status, created_at",
                ", '100% y', NULL, '2020-01-01 00:00:00'");
    add_session("closed", ", title, closed_at", ", '100% z', CURRENT_TIMESTAMP");
    EXPECT_THAT(ids(sessions().by_title("100%")), ElementsAre("percent", "no status"));
    EXPECT_THAT(ids(sessions().by_title("100% d")), ElementsAre("percent"));
    EXPECT_THAT(ids(sessions().by_title("100_")), IsEmpty());
    EXPECT_THAT(ids(sessions().by_title("\xc3\x9c"
                                        "BER")),
                ElementsAre("umlaut"));
    EXPECT_EQ(sessions().by_title("100%", true).size(), 3U);
}

TEST_F(SessionsTest, an_update_writes_what_differs) {
    create("one", "old");
    watch();
    const auto changed = sessions().update(
        "one", {{"title", std::string{"new"}}, {"computer_name", std::string{"here"}}});
    ASSERT_TRUE(changed);
    EXPECT_THAT(*changed, ElementsAre(Key("title")));
    EXPECT_EQ(sessions().get("one")->title, "new");
    ASSERT_EQ(events_.size(), 1U);
    EXPECT_THAT(events_[0].changes, ElementsAre(Key("title")));
    EXPECT_THAT(*sessions().update("one", {{"title", std::string{"new"}}}), IsEmpty());
    EXPECT_THAT(*sessions().update("one", {}), IsEmpty());
    EXPECT_EQ(sessions().update("two", {{"title", std::string{"x"}}}), std::nullopt);
    EXPECT_EQ(events_.size(), 1U);
}

TEST_F(SessionsTest, an_equal_instant_is_no_change) {
    add_session("one", ", last_activity", ", '2026-01-02T03:04:05.000000+00:00'");
    EXPECT_THAT(*sessions().update("one", {{"last_activity", std::string{"2026-01-02 03:04:05"}}}),
                IsEmpty());
    EXPECT_THAT(
        *sessions().update("one", {{"last_activity", std::string{"2026-01-02T05:04:05+02:00"}}}),
        IsEmpty());
    EXPECT_THAT(*sessions().update("one", {{"last_activity", std::monostate{}}}),
                ElementsAre(Key("last_activity")));
    EXPECT_EQ(sessions().get("one")->last_activity, std::nullopt);
    EXPECT_THAT(*sessions().update("one", {{"last_activity", std::monostate{}}}), IsEmpty());
}

TEST_F(SessionsTest, a_message_and_an_output_bring_their_time) {
    create("one");
    watch();
    sessions().update("one", {{"last_message_sent", std::string{"hi"}},
                              {"last_output_raw", std::string{"out"}},
                              {"last_output_at", std::string{"2026-01-02 03:04:05"}}});
    const auto row = sessions().get("one");
    EXPECT_LT(now() - *row->last_message_sent_at, 1min);
    EXPECT_EQ(row->last_output_at, parse_timestamp("2026-01-02 03:04:05"));
    ASSERT_EQ(events_.size(), 1U);
    EXPECT_TRUE(events_[0].changes.contains("last_message_sent_at"));
}

TEST_F(SessionsTest, a_digest_alone_is_written_silently_and_metadata_always_count) {
    create("one");
    watch();
    sessions().update("one", {{"last_output_digest", std::string{"d"}}});
    EXPECT_THAT(events_, IsEmpty());
    EXPECT_EQ(sessions().get("one")->last_output_digest, "d");
    EXPECT_THAT(*sessions().update("one", {{"adapter_metadata", std::string{"{}"}}}),
                ElementsAre(Key("adapter_metadata")));
    EXPECT_EQ(events_.size(), 1U);
}

TEST_F(SessionsTest, what_a_field_cannot_take_is_refused_and_changes_nothing) {
    create("one", "title");
    const auto refused = [this](const std::string& field, const Value& value) {
        try {
            sessions().update("one", {{field, value}, {"title", std::string{"changed"}}});
        } catch (const Error& error) {
            EXPECT_THAT(error.what(), HasSubstr(field));
            return error.code();
        }
        return Errc::internal;
    };
    EXPECT_EQ(refused("nope", std::string{"x"}), Errc::usage);
    EXPECT_EQ(refused("last_activity", std::string{"yesterday"}), Errc::value);
    EXPECT_EQ(refused("notification_sent", std::string{"yes"}), Errc::value);
    EXPECT_EQ(refused("char_offset", std::string{"7"}), Errc::value);
    EXPECT_EQ(refused("computer_name", std::monostate{}), Errc::value);
    EXPECT_EQ(refused("description", std::int64_t{1}), Errc::value);
    EXPECT_EQ(refused("transcript_files", std::string{"[broken"}), Errc::value);
    EXPECT_THROW(sessions().update("one", {{"session_id", std::string{"two"}}}), Error);
    EXPECT_EQ(sessions().get("one")->title, "title");
}

TEST_F(SessionsTest, writers_of_different_fields_do_not_undo_each_other) {
    create("one");
    std::vector<std::thread> writers;
    for (const char* field : {"title", "description", "subdir", "active_agent"}) {
        writers.emplace_back([this, field] {
            for (int i = 0; i < 20; ++i) {
                sessions().update("one", {{field, std::to_string(i)}});
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    const auto row = sessions().get("one");
    EXPECT_EQ(row->title, "19");
    EXPECT_EQ(row->description, "19");
    EXPECT_EQ(row->subdir, "19");
    EXPECT_EQ(row->active_agent, "19");
}

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

TEST_F(SessionsTest, small_fields_have_methods_of_their_own) {
    create("one");
    sql("UPDATE sessions SET last_activity = '2026-01-01 00:00:00'");
    EXPECT_TRUE(sessions().touch("one"));
    EXPECT_FALSE(sessions().touch("two"));
    EXPECT_LT(now() - *sessions().get("one")->last_activity, 1min);
    sessions().set_output_message_id("one", "m1");
    EXPECT_EQ(sessions().output_message_id("one"), "m1");
    sessions().set_output_message_id("one", std::nullopt);
    EXPECT_EQ(sessions().output_message_id("one"), std::nullopt);
    EXPECT_FALSE(sessions().notification_flag("one"));
    sessions().set_notification_flag("one", true);
    EXPECT_TRUE(sessions().notification_flag("one"));
    sessions().set_notification_flag("one", false);
    EXPECT_FALSE(sessions().notification_flag("one"));
    EXPECT_FALSE(sessions().notification_flag("two"));
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
    EXPECT_EQ(events_.size(), 6U);
    EXPECT_THAT(sessions().clean_up(now() - 72h).closed, IsEmpty());
}

}  // namespace
}  // namespace enginebay::testing
