// SPDX-License-Identifier: BSL-1.0
// Sessions of the store: finding and listing them, in a defined order.
#include "daemon/sessions_fixture.hpp"

#include <gmock/gmock.h>

namespace enginebay::testing {
namespace {

using teleclaude::SessionFilter;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace enginebay::testing
