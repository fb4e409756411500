// SPDX-License-Identifier: BSL-1.0
// Sessions of the store: changing fields.
#include "daemon/sessions_fixture.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;
using namespace std::chrono_literals;

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

}  // namespace
}  // namespace enginebay::testing
