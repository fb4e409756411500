// SPDX-License-Identifier: BSL-1.0
// The store on rows that no sound program writes: bytes that are no text, numbers where text is
// meant, JSON that is none. One such row hides no other, and can be mended.
#include "daemon/store_fixture.hpp"

#include <gmock/gmock.h>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

class OddRowsTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        if (!IsSkipped() && backend().has(Capability::native_timestamp)) {
            GTEST_SKIP() << "its columns hold nothing else";
        }
    }
    static constexpr const char* no_utf8 = "CAST(x'61ff62' AS TEXT)";
    static constexpr const char* with_nul = "CAST(x'610062' AS TEXT)";
};

TEST_F(OddRowsTest, bytes_that_are_no_text_hide_no_session) {
    add_session("one", ", title, native_log_file, transcript_files, adapter_metadata",
                std::string{", "} + no_utf8 + ", " + no_utf8 + ", " + no_utf8 + ", " + no_utf8);
    add_session("two", ", title", std::string{", "} + with_nul);
    add_session("three", ", title", ", x'00ff'");
    EXPECT_THAT(store_->sessions().all(), SizeIs(3));
    EXPECT_EQ(store_->sessions().get("one")->title, "a?b");
    EXPECT_EQ(store_->sessions().get("two")->title, "a?b");
    EXPECT_EQ(store_->lookup().field("one", "title"), Value{std::string{"a?b"}});
    EXPECT_TRUE(store_->sessions().get("one")->metadata_malformed());
}

TEST_F(OddRowsTest, bytes_that_are_no_text_can_be_replaced) {
    add_session("one", ", title, native_log_file, transcript_files",
                std::string{", "} + no_utf8 + ", " + no_utf8 + ", " + no_utf8);
    EXPECT_THAT(*store_->sessions().update("one", {{"title", std::string{"new"}}}), SizeIs(1));
    EXPECT_EQ(store_->sessions().get("one")->title, "new");
    EXPECT_TRUE(store_->sessions().attach_native("one", "n", "/log"));
    EXPECT_EQ(store_->sessions().get("one")->native_log_file, "/log");
    EXPECT_EQ(store_->sessions().get("one")->transcript_files, R"(["a?b"])");
}

TEST_F(OddRowsTest, numbers_stand_where_text_is_meant_and_text_where_numbers_are) {
    add_session("one", ", char_offset, initiated_by_ai, notification_sent", ", 'x7', 'yes', 2.5");
    const auto row = store_->sessions().get("one");
    EXPECT_EQ(row->char_offset, 0);
    EXPECT_FALSE(row->initiated_by_ai);
    sql("UPDATE sessions SET last_activity = 1767323045, created_at = 1.5, closed_at = x'00'");
    EXPECT_EQ(store_->sessions().get("one")->last_activity, std::nullopt);
    EXPECT_THAT(store_->sessions().all(), SizeIs(1));
    EXPECT_EQ(
        *store_->sessions().update("one", {{"last_activity", std::string{"2026-01-02 03:04:05"}}}),
        (teleclaude::SessionChanges{{"last_activity", *parse_timestamp("2026-01-02 03:04:05")}}));
}

TEST_F(OddRowsTest, one_voice_hides_no_other) {
    add_session("one");
    add_session("two");
    sql(std::string{"INSERT INTO voice_assignments (id, service_name, voice) VALUES ('one', "} +
        no_utf8 + ", 7), ('two', 's', 'v')");
    EXPECT_THAT(store_->voices().in_use(), ElementsAre(Pair("a?b", "7"), Pair("s", "v")));
}

TEST_F(OddRowsTest, hooks_are_claimed_and_ended_all_the_same) {
    sql(std::string{"INSERT INTO hook_outbox (session_id, event_type, payload, attempt_count,"
                    " created_at) VALUES ('s', 'e', "} +
        no_utf8 + ", 'many', 'once')");
    store_->hooks().enqueue("s", "e", "{}");
    const auto claimed = store_->hooks().claim(10);
    ASSERT_THAT(claimed, SizeIs(2));
    for (const teleclaude::Hook& hook : claimed) {
        EXPECT_EQ(store_->hooks().failed(hook.id, hook.locked_at, "down"),
                  teleclaude::Marked::done);
        EXPECT_EQ(store_->hooks().delivered(hook.id, std::nullopt), teleclaude::Marked::done);
    }
}

TEST_F(OddRowsTest, the_other_tables_are_read_all_the_same) {
    const std::string odd = no_utf8;
    sql("INSERT INTO system_settings (key, value) VALUES (" + odd + ", " + odd + "), ('k', 'v')");
    EXPECT_THAT(store_->settings().all(), SizeIs(2));
    sql("INSERT INTO agent_availability (agent, available, reason) VALUES ('a', 'no', " + odd +
        ")");
    EXPECT_EQ(store_->agents().get("a")->status(), "unavailable");
    sql("INSERT INTO session_listeners VALUES ('t', " + odd + ", '', 'never')");
    EXPECT_THAT(store_->listeners().pop("t"), SizeIs(1));
    sql("INSERT INTO webhook_contracts (id, contract_json, created_at, updated_at) VALUES (" + odd +
        ", " + odd + ", '', '')");
    EXPECT_EQ(store_->webhooks().sweep_contracts(now()), 0);
    EXPECT_THAT(store_->webhooks().contracts(), SizeIs(1));
    sql("INSERT INTO memory_manual_sessions VALUES (" + odd + ", 'p', 1)");
    teleclaude::NewObservation observation;
    observation.text = "word";
    observation.project = "p";
    EXPECT_GT(store_->memory().save(observation), 0);
    sql("UPDATE memory_observations SET title = " + odd + ", created_at = 'x'");
    EXPECT_THAT(store_->memory().recent("p"), SizeIs(1));
    sql("INSERT INTO notification_outbox (channel, recipient_email, content, created_at)"
        " VALUES ('c', 'r', " +
        odd + ", '')");
    EXPECT_THAT(store_->notifications().claim(5), SizeIs(1));
}

}  // namespace
}  // namespace enginebay::testing
