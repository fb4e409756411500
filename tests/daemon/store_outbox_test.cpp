// SPDX-License-Identifier: BSL-1.0
// The outboxes of the store: claims, marks, retries, and what older programs have left in them.
#include "daemon/store_fixture.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <set>
#include <thread>

namespace enginebay::testing {
namespace {

using teleclaude::Hook;
using teleclaude::Marked;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

class OutboxTest : public StoreTest {
protected:
    teleclaude::Hooks& hooks() { return store_->hooks(); }
    teleclaude::Notifications& notes() { return store_->notifications(); }
    teleclaude::Webhooks& webhooks() { return store_->webhooks(); }

    template <class Row>
    static std::vector<std::int64_t> ids(const std::vector<Row>& rows) {
        std::vector<std::int64_t> ids;
        for (const Row& row : rows) {
            ids.push_back(row.id);
        }
        return ids;
    }
    void set(const std::string& table, std::int64_t id, const std::string& assignments) {
        sql("UPDATE " + table + " SET " + assignments + " WHERE id = ?", id);
    }
    void claimed_long_ago(const std::string& table, std::int64_t id) {
        set(table, id, "locked_at = '" + iso(now() - 2h) + "'");
    }
};

TEST_F(OutboxTest, a_hook_is_claimed_once_and_delivered) {
    const std::int64_t id = hooks().enqueue("s", "stop", R"({"a": "ü"})");
    const std::vector<Hook> claimed = hooks().claim(25);
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].id, id);
    EXPECT_EQ(claimed[0].session_id, "s");
    EXPECT_EQ(claimed[0].event_type, "stop");
    EXPECT_EQ(claimed[0].payload, R"({"a": "ü"})");
    EXPECT_EQ(claimed[0].attempt_count, 0);
    EXPECT_THAT(hooks().claim(25), IsEmpty());
    EXPECT_EQ(hooks().delivered(id, claimed[0].locked_at), Marked::done);
    const auto row = hooks().get(id);
    EXPECT_TRUE(row->delivered_at);
    EXPECT_EQ(row->locked_at, std::nullopt);
    EXPECT_EQ(hooks().delivered(id, claimed[0].locked_at), Marked::ended);
    EXPECT_EQ(hooks().delivered(id + 1, std::nullopt), Marked::unknown);
    EXPECT_EQ(hooks().waiting(), 0);
}

TEST_F(OutboxTest, hooks_of_one_moment_keep_their_order) {
    std::vector<std::int64_t> wanted;
    for (int i = 0; i < 6; ++i) {
        wanted.push_back(hooks().enqueue("s", "e", "{}"));
    }
    sql("UPDATE hook_outbox SET created_at = '2026-01-02 03:04:05'");
    set("hook_outbox", wanted[1], "created_at = '2026-01-02T03:04:05+00:00'");
    EXPECT_EQ(ids(hooks().due(25)), wanted);
    EXPECT_EQ(ids(hooks().claim(4)), (std::vector(wanted.begin(), wanted.begin() + 4)));
    EXPECT_EQ(ids(hooks().claim(4)), (std::vector(wanted.begin() + 4, wanted.end())));
}

TEST_F(OutboxTest, a_hook_is_due_by_the_instant_and_at_once_without_one) {
    const std::int64_t null = hooks().enqueue("s", "e", "{}");
    const std::int64_t past = hooks().enqueue("s", "e", "{}");
    const std::int64_t future = hooks().enqueue("s", "e", "{}");
    set("hook_outbox", null, "next_attempt_at = NULL");
    // As text it is later than anything written with a space today.
    set("hook_outbox", past, "next_attempt_at = '" + iso(now() - 1s) + "'");
    set("hook_outbox", future, "next_attempt_at = '" + iso(now() + 1h) + "'");
    EXPECT_THAT(ids(hooks().claim(25)), ElementsAre(null, past));
}

TEST_F(OutboxTest, a_claim_ends_and_its_worker_can_no_longer_mark) {
    const std::int64_t id = hooks().enqueue("s", "e", "{}");
    const auto first = hooks().claim(1).at(0).locked_at;
    claimed_long_ago("hook_outbox", id);
    const auto again = hooks().claim(1);
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(hooks().delivered(id, first), Marked::claimed);
    EXPECT_EQ(hooks().failed(id, first, "late"), Marked::claimed);
    EXPECT_EQ(hooks().renew(id, *first), std::nullopt);
    const auto renewed = hooks().renew(id, *again[0].locked_at);
    ASSERT_TRUE(renewed);
    EXPECT_EQ(hooks().delivered(id, again[0].locked_at), Marked::claimed) << "renewed meanwhile";
    EXPECT_EQ(hooks().delivered(id, renewed, "not found"), Marked::done);
    EXPECT_EQ(hooks().get(id)->last_error, "not found");
}

TEST_F(OutboxTest, one_hook_is_claimed_only_when_it_is_due) {
    const std::int64_t id = hooks().enqueue("s", "e", "{}");
    set("hook_outbox", id, "next_attempt_at = '" + iso(now() + 1h) + "'");
    EXPECT_EQ(hooks().claim_one(id), std::nullopt);
    set("hook_outbox", id, "next_attempt_at = NULL");
    EXPECT_TRUE(hooks().claim_one(id));
    EXPECT_EQ(hooks().claim_one(id), std::nullopt);
    EXPECT_EQ(hooks().claim_one(id + 1), std::nullopt);
}

TEST_F(OutboxTest, a_failed_hook_waits_longer_each_time) {
    const std::int64_t id = hooks().enqueue("s", "e", "{}");
    for (const auto wait : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        set("hook_outbox", id, "next_attempt_at = NULL");
        const auto claim = hooks().claim_one(id);
        const Timestamp before = now();
        ASSERT_EQ(hooks().failed(id, claim, "down"), Marked::done);
        const auto row = hooks().get(id);
        EXPECT_GE(*row->next_attempt_at, before + wait);
        EXPECT_LE(*row->next_attempt_at, now() + wait);
        EXPECT_EQ(row->last_error, "down");
        EXPECT_EQ(row->locked_at, std::nullopt);
    }
    EXPECT_EQ(hooks().get(id)->attempt_count, 8);
    EXPECT_THAT(hooks().claim(1), IsEmpty());
}

TEST_F(OutboxTest, a_hook_is_given_up_after_the_last_attempt) {
    hooks().set_rules(30s, {1s, 60s, 2});
    const std::int64_t id = hooks().enqueue("s", "e", "{}");
    set("hook_outbox", id, "attempt_count = NULL");
    EXPECT_EQ(hooks().failed(id, std::nullopt, "one"), Marked::done);
    EXPECT_EQ(hooks().get(id)->delivered_at, std::nullopt);
    EXPECT_EQ(hooks().failed(id, std::nullopt, "two"), Marked::done);
    EXPECT_TRUE(hooks().get(id)->delivered_at);
    EXPECT_EQ(hooks().get(id)->last_error, "two");
    EXPECT_EQ(hooks().failed(id, std::nullopt, "three"), Marked::ended);
}

TEST_F(OutboxTest, many_workers_never_claim_the_same_hook) {
    constexpr std::size_t count = 60;
    for (std::size_t i = 0; i < count; ++i) {
        hooks().enqueue("s", "e", "{}");
    }
    std::mutex mutex;
    std::multiset<std::int64_t> claimed;
    std::vector<std::thread> workers;
    for (int i = 0; i < 4; ++i) {
        workers.emplace_back([&] {
            std::vector<Hook> batch = hooks().claim(5);
            for (std::size_t round = 0; !batch.empty() && round < count;
                 ++round, batch = hooks().claim(5)) {
                const std::lock_guard lock{mutex};
                for (const Hook& hook : batch) {
                    claimed.insert(hook.id);
                }
            }
        });
    }
    for (std::thread& worker : workers) {
        worker.join();
    }
    EXPECT_EQ(claimed.size(), count);
    EXPECT_EQ((std::set<std::int64_t>{claimed.begin(), claimed.end()}).size(), count);
}

TEST_F(OutboxTest, old_claims_are_released_and_old_deliveries_purged) {
    const std::int64_t stuck = hooks().enqueue("s", "e", "{}");
    const std::int64_t fresh = hooks().enqueue("s", "e", "{}");
    const std::int64_t old = hooks().enqueue("s", "e", "{}");
    const std::int64_t young = hooks().enqueue("s", "e", "{}");
    claimed_long_ago("hook_outbox", stuck);
    EXPECT_TRUE(hooks().claim_one(fresh));
    set("hook_outbox", old, "delivered_at = '" + iso(now() - 48h) + "'");
    hooks().delivered(young, std::nullopt);
    EXPECT_EQ(hooks().release_expired(), 1);
    EXPECT_EQ(hooks().get(stuck)->locked_at, std::nullopt);
    EXPECT_TRUE(hooks().get(fresh)->locked_at);
    EXPECT_EQ(hooks().purge_delivered(now() - 24h), 1);
    EXPECT_EQ(hooks().get(old), std::nullopt);
    EXPECT_TRUE(hooks().get(young));
}

TEST_F(OutboxTest, a_payload_that_is_no_json_is_taken_and_given) {
    hooks().enqueue("s", "e", "{broken");
    hooks().enqueue("s", "e", "{}");
    const std::vector<Hook> claimed = hooks().claim(25);
    ASSERT_EQ(claimed.size(), 2U);
    EXPECT_EQ(claimed[0].payload, "{broken");
}

TEST_F(OutboxTest, a_notification_is_sent_failed_and_given_up) {
    notes().set_rules(30s, {1s, 60s, 2});
    const std::int64_t id = notes().enqueue("telegram", "a@b", "text", "/file");
    auto claimed = notes().claim(25);
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].channel, "telegram");
    EXPECT_EQ(claimed[0].recipient_email, "a@b");
    EXPECT_EQ(claimed[0].content, "text");
    EXPECT_EQ(claimed[0].file_path, "/file");
    EXPECT_EQ(claimed[0].status, "pending");
    EXPECT_EQ(notes().failed(id, claimed[0].locked_at, "down"), Marked::done);
    EXPECT_EQ(notes().get(id)->status, "failed");
    EXPECT_THAT(notes().claim(25), IsEmpty());
    set("notification_outbox", id, "next_attempt_at = '" + iso(now() - 1s) + "'");
    EXPECT_TRUE(notes().claim_one(id));
    EXPECT_EQ(notes().failed(id, std::nullopt, "down again"), Marked::done);
    EXPECT_EQ(notes().get(id)->status, "dead_letter");
    EXPECT_EQ(notes().get(id)->next_attempt_at, std::nullopt);
    EXPECT_THAT(notes().claim(25), IsEmpty());
    const std::int64_t other = notes().enqueue("telegram", "a@b", "text");
    EXPECT_EQ(notes().delivered(other, std::nullopt), Marked::done);
    EXPECT_EQ(notes().get(other)->status, "delivered");
    const std::int64_t nobody = notes().enqueue("telegram", "a@b", "text");
    EXPECT_EQ(notes().give_up(nobody, std::nullopt, "no chat"), Marked::done);
    EXPECT_EQ(notes().waiting(), 0);
}

TEST_F(OutboxTest, what_older_programs_gave_up_stays_given_up) {
    const std::int64_t given_up = notes().enqueue("telegram", "a@b", "text");
    const std::int64_t early = notes().enqueue("telegram", "a@b", "text");
    const std::int64_t no_count = notes().enqueue("telegram", "a@b", "text");
    const std::int64_t exhausted = notes().enqueue("telegram", "a@b", "text");
    // '' where the backend can keep it, else what the move makes of it.
    const bool typed = backend().has(Capability::native_timestamp);
    set("notification_outbox", given_up,
        std::string{"status = 'failed', attempt_count = 10,"
                    " next_attempt_at = "} +
            (typed ? "NULL" : "''"));
    set("notification_outbox", early,
        std::string{"status = 'failed', attempt_count = 3,"
                    " next_attempt_at = "} +
            (typed ? "NULL" : "''"));
    set("notification_outbox", no_count, "attempt_count = NULL");
    set("notification_outbox", exhausted, "status = 'failed', attempt_count = 10");
    EXPECT_THAT(ids(notes().due(25)), ElementsAre(no_count));
    EXPECT_THAT(ids(notes().claim(25)), ElementsAre(no_count));
    EXPECT_EQ(notes().get(given_up)->status, "dead_letter");
}

TEST_F(OutboxTest, notifications_keep_their_order_and_their_claims) {
    const std::int64_t first = notes().enqueue("c", "r", "1");
    const std::int64_t second = notes().enqueue("c", "r", "2");
    sql("UPDATE notification_outbox SET created_at = '2026-01-02 03:04:05'");
    const auto claimed = notes().claim(25);
    EXPECT_THAT(ids(claimed), ElementsAre(first, second));
    const auto renewed = notes().renew(first, *claimed[0].locked_at);
    EXPECT_TRUE(renewed);
    claimed_long_ago("notification_outbox", second);
    EXPECT_EQ(notes().release_expired(), 1);
    EXPECT_THAT(ids(notes().claim(25)), ElementsAre(second));
    EXPECT_EQ(notes().delivered(first, claimed[0].locked_at), Marked::claimed);
    set("notification_outbox", first, "delivered_at = '" + iso(now() - 48h) + "'");
    EXPECT_EQ(notes().purge_delivered(now() - 24h), 1);
}

TEST_F(OutboxTest, a_contract_is_made_changed_and_ended) {
    webhooks().upsert_contract("b", R"({"n": 1})");
    webhooks().upsert_contract("a", R"({"n": 2})", "file");
    const auto made = webhooks().contracts();
    ASSERT_EQ(made.size(), 2U);
    EXPECT_EQ(made[0].id, "a");
    EXPECT_EQ(made[0].source, "file");
    EXPECT_EQ(made[1].source, "api");
    EXPECT_TRUE(webhooks().deactivate_contract("a"));
    EXPECT_FALSE(webhooks().deactivate_contract("c"));
    EXPECT_EQ(webhooks().contracts().size(), 1U);
    EXPECT_EQ(webhooks().contracts(false).size(), 2U);
    webhooks().upsert_contract("a", R"({"n": 3})");
    const auto again = webhooks().contracts();
    ASSERT_EQ(again.size(), 2U);
    EXPECT_EQ(again[0].contract_json, R"({"n": 3})");
    EXPECT_EQ(again[0].created_at, made[0].created_at);
    EXPECT_GT(again[0].updated_at, made[0].updated_at);
    EXPECT_THROW(webhooks().upsert_contract("a", "{broken"), Error);
}

TEST_F(OutboxTest, contracts_whose_time_is_over_are_swept) {
    webhooks().upsert_contract("for ever", "{}");
    webhooks().upsert_contract("odd", R"({"expires_at": 7})");
    webhooks().upsert_contract("over", R"({"expires_at": "2026-01-02T03:04:05Z"})");
    webhooks().upsert_contract("later", R"({"expires_at": "2999-01-02T03:04:05Z"})");
    EXPECT_EQ(webhooks().sweep_contracts(now()), 1);
    EXPECT_EQ(webhooks().contracts().size(), 3U);
    EXPECT_EQ(webhooks().sweep_contracts(now()), 0);
}

TEST_F(OutboxTest, a_webhook_is_delivered_rejected_or_dies) {
    webhooks().set_rules(60s, {1s, 60s, 2});
    const std::int64_t id = webhooks().enqueue("c", R"({"e": 1})", "https://x", "secret");
    const auto claimed = webhooks().claim(25);
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].target_url, "https://x");
    EXPECT_EQ(claimed[0].target_secret, "secret");
    EXPECT_EQ(webhooks().delivered(id, claimed[0].locked_at), Marked::done);
    EXPECT_EQ(webhooks().get(id)->status, "delivered");
    const std::int64_t refused = webhooks().enqueue("c", "{}", "https://x");
    EXPECT_EQ(webhooks().rejected(refused, std::nullopt, "404"), Marked::done);
    EXPECT_EQ(webhooks().get(refused)->status, "rejected");
    const std::int64_t dying = webhooks().enqueue("c", "{}", "https://x");
    EXPECT_EQ(webhooks().failed(dying, std::nullopt, "500"), Marked::done);
    EXPECT_EQ(webhooks().get(dying)->status, "pending");
    EXPECT_THAT(webhooks().due(25), IsEmpty()) << "it waits";
    EXPECT_EQ(webhooks().failed(dying, std::nullopt, "500"), Marked::done);
    EXPECT_EQ(webhooks().get(dying)->status, "dead_letter");
    EXPECT_EQ(webhooks().failed(dying, std::nullopt, "500"), Marked::ended);
    EXPECT_THROW(webhooks().enqueue("c", "nonsense", "https://x"), Error);
}

TEST_F(OutboxTest, a_webhook_that_a_dead_worker_has_claimed_comes_back) {
    const std::int64_t id = webhooks().enqueue("c", "{}", "https://x");
    EXPECT_TRUE(webhooks().claim_one(id));
    EXPECT_THAT(webhooks().claim(25), IsEmpty());
    claimed_long_ago("webhook_outbox", id);
    EXPECT_THAT(ids(webhooks().claim(25)), ElementsAre(id));
    claimed_long_ago("webhook_outbox", id);
    EXPECT_EQ(webhooks().release_expired(), 1);
    const auto claim = webhooks().claim_one(id);
    const auto renewed = webhooks().renew(id, *claim);
    ASSERT_TRUE(renewed);
    EXPECT_GT(*renewed, *claim);
    EXPECT_EQ(webhooks().delivered(id, *claim), Marked::claimed) << "renewed meanwhile";
    EXPECT_EQ(webhooks().failed(id, *renewed, "500"), Marked::done);
    EXPECT_EQ(webhooks().waiting(), 1);
    set("webhook_outbox", id, "delivered_at = '" + iso(now() - 48h) + "'");
    EXPECT_EQ(webhooks().purge_delivered(now() - 24h), 1);
}

}  // namespace
}  // namespace enginebay::testing
