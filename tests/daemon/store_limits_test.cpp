// SPDX-License-Identifier: BSL-1.0
// The store with what nobody expects: strange ids, long texts, many rows.
#include "daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <functional>
#include <tuple>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using namespace std::chrono_literals;

class LimitsTest : public StoreTest {
protected:
    static Errc code_of(const std::function<void()>& call) {
        try {
            call();
        } catch (const Error& error) {
            return error.code();
        }
        return Errc::internal;
    }
};

TEST_F(LimitsTest, strange_ids_are_ids) {
    const std::vector<std::string> ids{
        " ",  "'",  "\"; DROP TABLE sessions --", "%",        "?",       "??",
        "$1", "\\", "\xf0\x9f\x90\xb4",           "a\nb\r\t", "{broken", std::string(2'000, 'i')};
    for (const std::string& id : ids) {
        teleclaude::NewSession session;
        session.session_id = id;
        session.computer_name = id;
        session.title = id;
        store_->sessions().create(session);
        store_->voices().assign(id, id, id);
        store_->settings().set(id, id);
        store_->agents().mark_degraded(id, id);
        store_->listeners().add(id, id, id);
        store_->pending_deletions().add(id, id);
        EXPECT_GT(store_->hooks().enqueue(id, id, id), 0);
    }
    for (const std::string& id : ids) {
        EXPECT_EQ(store_->sessions().get(id)->title, id);
        EXPECT_EQ(store_->lookup().find_id("computer_name", id), id);
        EXPECT_EQ(store_->sessions().by_title(id, true).back().title.rfind(id, 0), 0U) << id;
        EXPECT_EQ(store_->voices().get(id), id);
        EXPECT_EQ(store_->settings().get(id), id);
        EXPECT_TRUE(store_->agents().get(id)->available);
        EXPECT_THAT(store_->pending_deletions().get(id), ElementsAre(id));
        EXPECT_THAT(store_->listeners().pop(id), SizeIs(1));
        EXPECT_TRUE(store_->sessions().remove(id));
    }
    EXPECT_THAT(store_->sessions().all(), IsEmpty());
}

TEST_F(LimitsTest, text_that_cannot_be_kept_is_refused_and_changes_nothing) {
    add_session("one");
    for (const std::string& text : {std::string{"a\0b", 3}, std::string{"a\xff"}}) {
        EXPECT_EQ(code_of([&] { store_->hooks().enqueue(text, "e", "{}"); }), Errc::value);
        EXPECT_EQ(code_of([&] { store_->hooks().enqueue("s", "e", text); }), Errc::value);
        EXPECT_EQ(code_of([&] { store_->sessions().update("one", {{"title", text}}); }),
                  Errc::value);
        EXPECT_EQ(code_of([&] { store_->sessions().attach_native("one", "n", text); }),
                  Errc::value);
        EXPECT_EQ(code_of([&] { store_->settings().set("k", text); }), Errc::value);
        EXPECT_EQ(code_of([&] { static_cast<void>(store_->sessions().get(text)); }), Errc::value);
    }
    EXPECT_EQ(one<std::int64_t>("SELECT count(*) FROM hook_outbox"), 0);
    EXPECT_EQ(store_->sessions().get("one")->native_session_id, std::nullopt);
    EXPECT_EQ(store_->settings().get("k"), std::nullopt);
}

TEST_F(LimitsTest, long_texts_come_back_whole) {
    const std::string text = "\"" + std::string(1'000'000, 'x') + "\xc3\xa4\"";
    const std::int64_t id = store_->hooks().enqueue("s", "e", text);
    EXPECT_EQ(store_->hooks().claim(1).at(0).payload, text);
    EXPECT_EQ(store_->hooks().delivered(id, std::nullopt, text), teleclaude::Marked::done);
    EXPECT_EQ(store_->hooks().get(id)->last_error, text);
    add_session("one");
    store_->sessions().update("one", {{"last_output_raw", text}});
    EXPECT_EQ(store_->sessions().get("one")->last_output_raw, text);
    teleclaude::NewObservation observation;
    observation.text = "needle " + text;
    EXPECT_GT(store_->memory().save(observation), 0);
    teleclaude::MemoryQuery query;
    query.words = "needle";
    EXPECT_THAT(store_->memory().search(query), SizeIs(1));
    EXPECT_GT(store_->webhooks().enqueue("c", text, "https://x"), 0);
}

TEST_F(LimitsTest, what_is_due_is_found_among_many_that_are_delivered) {
    {
        std::vector<std::tuple<std::string, std::string, std::string, Timestamp>> rows;
        rows.reserve(20'000);
        for (int i = 0; i < 20'000; ++i) {
            rows.emplace_back("s", "e", "{}", now() - 1h);
        }
        Session session = database_->session();
        session.copy_in("hook_outbox", {"session_id", "event_type", "payload", "delivered_at"},
                        rows);
    }
    const std::int64_t first = store_->hooks().enqueue("s", "e", "{}");
    const std::int64_t second = store_->hooks().enqueue("s", "e", "{}");
    const auto claimed = store_->hooks().claim(25);
    ASSERT_THAT(claimed, SizeIs(2));
    EXPECT_EQ(claimed[0].id, first);
    EXPECT_EQ(claimed[1].id, second);
    EXPECT_EQ(store_->hooks().waiting(), 2);
    EXPECT_EQ(store_->hooks().purge_delivered(now()), 20'000);
}

}  // namespace
}  // namespace enginebay::testing
