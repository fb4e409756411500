// SPDX-License-Identifier: BSL-1.0
// The small tables: pending deletions, settings, agents, listeners.
#include "daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class SmallTablesTest : public StoreTest {
protected:
    Errc code_of_add(const std::string& session, const std::string& type) {
        try {
            store_->pending_deletions().add(session, "m", type);
        } catch (const Error& error) {
            return error.code();
        }
        return Errc::internal;
    }
    void set_until(const std::string& agent, const std::string& until) {
        sql("UPDATE agent_availability SET unavailable_until = '" + until + "' WHERE agent = ?",
            agent);
    }
};

TEST_F(SmallTablesTest, pending_deletions_come_in_order_and_once) {
    add_session("one");
    auto& pending = store_->pending_deletions();
    pending.add("one", "z");
    pending.add("one", "a");
    pending.add("one", "z");
    pending.add("one", "f", "feedback");
    EXPECT_THAT(pending.get("one"), ElementsAre("z", "a"));
    EXPECT_THAT(pending.get("one", "feedback"), ElementsAre("f"));
    EXPECT_EQ(one<std::int64_t>(
                  "SELECT count(*) FROM pending_message_deletions WHERE created_at IS NULL"),
              0);
    pending.clear("one");
    EXPECT_THAT(pending.get("one"), IsEmpty());
    EXPECT_THAT(pending.get("one", "feedback"), ElementsAre("f"));
}

TEST_F(SmallTablesTest, a_wrong_pending_deletion_is_an_error) {
    add_session("one");
    EXPECT_EQ(code_of_add("one", "nonsense"), Errc::check_violation);
    EXPECT_EQ(code_of_add("nobody", "user_input"), Errc::foreign_key_violation);
    EXPECT_THAT(store_->pending_deletions().get("one"), IsEmpty());
}

TEST_F(SmallTablesTest, a_setting_is_set_with_its_time) {
    auto& settings = store_->settings();
    EXPECT_EQ(settings.get("k"), std::nullopt);
    settings.set("k", "");
    EXPECT_EQ(settings.get("k"), "");
    sql("UPDATE system_settings SET updated_at = NULL");
    settings.set("k", "\xd0\xb6");
    EXPECT_EQ(settings.get("k"), "\xd0\xb6");
    EXPECT_LT(now() - *settings.find("k")->updated_at, 1min);
    settings.set("j", "1");
    ASSERT_EQ(settings.all().size(), 2U);
    EXPECT_EQ(settings.all()[0].key, "j");
}

TEST_F(SmallTablesTest, settings_are_set_by_many_at_once) {
    std::vector<std::thread> writers;
    std::atomic<int> failures{0};
    for (int i = 0; i < 4; ++i) {
        writers.emplace_back([this, &failures, i] {
            try {
                for (int n = 0; n < 10; ++n) {
                    store_->settings().set("same", std::to_string(i));
                }
            } catch (const Error&) {
                ++failures;
            }
        });
    }
    for (std::thread& writer : writers) {
        writer.join();
    }
    EXPECT_EQ(failures, 0);
}

TEST_F(SmallTablesTest, an_agent_is_marked) {
    auto& agents = store_->agents();
    EXPECT_EQ(agents.get("claude"), std::nullopt);
    agents.mark_unavailable("claude", now() + 1h, "quota");
    auto row = agents.get("claude");
    EXPECT_FALSE(row->available);
    EXPECT_EQ(row->status(), "unavailable");
    EXPECT_EQ(row->reason, "quota");
    EXPECT_GT(row->unavailable_until, now());
    agents.mark_degraded("claude", "slow");
    row = agents.get("claude");
    EXPECT_TRUE(row->available);
    EXPECT_EQ(row->status(), "degraded");
    EXPECT_EQ(row->reason, "degraded:slow");
    EXPECT_EQ(row->unavailable_until, std::nullopt);
    agents.mark_degraded("claude", "degraded already");
    EXPECT_EQ(agents.get("claude")->reason, "degraded already");
    agents.mark_available("claude");
    EXPECT_EQ(agents.get("claude")->status(), "available");
    EXPECT_EQ(agents.get("claude")->reason, std::nullopt);
    EXPECT_EQ(agents.all().size(), 1U);
}

TEST_F(SmallTablesTest, a_mark_whose_time_is_over_is_taken_away) {
    auto& agents = store_->agents();
    for (const char* name : {"space", "iso", "z", "offset", "later"}) {
        agents.mark_unavailable(name, now() + 1h, "x");
    }
    const std::string past = iso(now() - 1s);
    set_until("iso", past);
    set_until("z", past.substr(0, 26) + "Z");
    set_until("space", std::string{to_text(now() - 1s).view()});
    set_until("offset", iso(now() + 1h).substr(0, 26) + "+02:00");
    EXPECT_TRUE(agents.get("z")->available);
    EXPECT_EQ(agents.clear_expired(), 3);
    EXPECT_EQ(agents.clear_expired(), 0);
    EXPECT_FALSE(agents.get("later")->available);
    EXPECT_EQ(agents.get("offset")->reason, std::nullopt);
}

TEST_F(SmallTablesTest, an_agent_row_of_nulls_is_unavailable) {
    sql("INSERT INTO agent_availability (agent, available, reason) VALUES ('x', NULL, '')");
    const auto row = store_->agents().get("x");
    EXPECT_FALSE(row->available);
    EXPECT_EQ(row->status(), "unavailable");
    EXPECT_EQ(row->reason, std::nullopt);
}

TEST_F(SmallTablesTest, what_is_no_time_never_ends_a_mark) {
    if (backend().has(Capability::native_timestamp)) {
        return;  // the column cannot hold it
    }
    store_->agents().mark_unavailable("x", now(), "why");
    set_until("x", "tomorrow");
    EXPECT_EQ(store_->agents().clear_expired(), 0);
    EXPECT_FALSE(store_->agents().get("x")->available);
    EXPECT_EQ(store_->agents().get("x")->reason, "why");
}

TEST_F(SmallTablesTest, listeners_come_and_go) {
    auto& listeners = store_->listeners();
    EXPECT_TRUE(listeners.add("t", "b", "tmux"));
    EXPECT_TRUE(listeners.add("t", "a", "tmux"));
    EXPECT_TRUE(listeners.add("u", "a", "tmux"));
    EXPECT_FALSE(listeners.add("t", "b", "other"));
    sql("UPDATE session_listeners SET registered_at = '2026-01-02 03:04:05'");
    const auto of_target = listeners.of_target("t");
    ASSERT_EQ(of_target.size(), 2U);
    EXPECT_EQ(of_target[0].caller_session_id, "a");
    EXPECT_EQ(of_target[1].caller_tmux_session, "other");
    EXPECT_EQ(listeners.of_caller("a").size(), 2U);
    EXPECT_EQ(listeners.all().size(), 3U);
    EXPECT_EQ(listeners.count(), 3);
    EXPECT_THAT(listeners.stale_targets(now()), ElementsAre("t", "u"));
    listeners.reset_times("t", now() + 1h);
    EXPECT_THAT(listeners.stale_targets(now()), ElementsAre("u"));
    EXPECT_TRUE(listeners.remove("t", "b"));
    EXPECT_FALSE(listeners.remove("t", "b"));
    EXPECT_EQ(listeners.remove_caller("a"), 2);
    EXPECT_EQ(listeners.count(), 0);
}

TEST_F(SmallTablesTest, each_listener_goes_to_one_taker) {
    auto& listeners = store_->listeners();
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 6; ++i) {
            listeners.add("t", "c" + std::to_string(i), "x");
        }
        std::atomic<std::size_t> taken{0};
        std::vector<std::thread> takers;
        for (int i = 0; i < 3; ++i) {
            takers.emplace_back([&] { taken += listeners.pop("t").size(); });
        }
        for (std::thread& taker : takers) {
            taker.join();
        }
        EXPECT_EQ(taken, 6U);
        EXPECT_EQ(listeners.count(), 0);
    }
}

TEST_F(SmallTablesTest, listeners_that_can_never_be_called_are_cleaned_up) {
    add_session("open");
    add_session("also open");
    add_session("closed", ", closed_at", ", CURRENT_TIMESTAMP");
    auto& listeners = store_->listeners();
    listeners.add("open", "also open", "x");
    listeners.add("closed", "open", "x");
    listeners.add("open", "closed", "x");
    listeners.add("gone", "open", "x");
    EXPECT_EQ(listeners.clean_up(now() - 1h), 0) << "they are young";
    EXPECT_EQ(listeners.clean_up(now() + 1h), 3);
    ASSERT_EQ(listeners.count(), 1);
    EXPECT_EQ(listeners.all()[0].caller_session_id, "also open");
}

}  // namespace
}  // namespace enginebay::testing
