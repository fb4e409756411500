// SPDX-License-Identifier: BSL-1.0
// Sessions of the store: creating and reading them, with what older programs have left in them.
#include "daemon/sessions_fixture.hpp"
#include "store/json_text.hpp"

#include <gmock/gmock.h>

namespace enginebay::testing {
namespace {

using teleclaude::NewSession;
using teleclaude::SessionEvent;
using teleclaude::SessionRow;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

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

TEST_F(SessionsTest, a_topic_of_digits_reads_as_a_number_and_all_else_stays) {
    const auto topic = [this](const std::string& json) {
        sql("DELETE FROM sessions");
        add_session("one", ", adapter_metadata",
                    R"(, '{"telegram": {"topic_id": )" + json + R"(, "mine": [1]}, "other": 7}')");
        const auto metadata = sessions().get("one")->metadata();
        EXPECT_EQ(metadata->getValue<int>("other"), 7);
        EXPECT_EQ(metadata->getObject("telegram")->getArray("mine")->size(), 1U);
        return teleclaude::to_json(metadata->getObject("telegram")->get("topic_id"));
    };
    EXPECT_EQ(topic(R"("345")"), "345");
    EXPECT_EQ(topic(R"("007")"), "7");
    EXPECT_EQ(topic("345"), "345");
    for (const char* kept :
         {"\"\xd9\xa3\xd9\xa4\xd9\xa5\"", "\"\xc2\xb2\"", R"("")", R"("-1")", R"(" 1")", R"("1.5")",
          R"("99999999999999999999")", "null", "true", "{}"}) {
        EXPECT_EQ(topic(kept), kept);
    }
    EXPECT_NE(sessions().get("one")->adapter_metadata->find("mine"), std::string::npos);
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

}  // namespace
}  // namespace enginebay::testing
