// SPDX-License-Identifier: BSL-1.0
// Notifications between connections, and between processes, on every backend alike.
#include "support/backend.hpp"
#include "support/errors.hpp"

#include <enginebay/error.hpp>
#include <enginebay/notifications.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using testing::code_of;
using namespace std::chrono_literals;

/// A connection and its notifications.
struct Party {
    explicit Party(Engine& engine) : connection{engine.connect(Access::create)} {
        words = static_cast<NotifyExtension*>(connection->extension(notify_extension));
    }
    std::string next(std::chrono::milliseconds timeout = 20s) {
        const std::optional<Notification> heard = words->wait(timeout);
        return heard ? heard->channel + ":" + heard->payload : "nothing";
    }
    std::unique_ptr<Connection> connection;
    NotifyExtension* words{nullptr};
};

class NotifyTest : public testing::BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        database_.emplace(create_database());
        engine_ = database_->engine();
        sender_ = std::make_unique<Party>(*engine_);
        listener_ = std::make_unique<Party>(*engine_);
        ASSERT_NE(sender_->words, nullptr);
        ASSERT_NE(listener_->words, nullptr);
    }
    void TearDown() override {
        sender_.reset();
        listener_.reset();
        engine_.reset();
    }

    std::optional<testing::TestDatabase> database_;
    std::unique_ptr<Engine> engine_;
    std::unique_ptr<Party> sender_;
    std::unique_ptr<Party> listener_;
};

TEST_F(NotifyTest, what_is_sent_is_heard_in_order) {
    listener_->words->listen("work");
    listener_->words->listen("Other \"channel\"");
    sender_->words->notify("work", "one");
    sender_->words->notify("Other \"channel\"", "");
    sender_->words->notify("unheard", "of");
    sender_->words->notify("work", "zwei \xc3\xa4");
    EXPECT_EQ(listener_->next(), "work:one");
    EXPECT_EQ(listener_->next(), "Other \"channel\":");
    EXPECT_EQ(listener_->next(), "work:zwei \xc3\xa4");
    EXPECT_EQ(listener_->next(50ms), "nothing");
}

TEST_F(NotifyTest, only_what_is_sent_after_listening_is_heard) {
    sender_->words->notify("work", "early");
    listener_->words->listen("other");
    sender_->words->notify("work", "early, too");
    listener_->words->listen("work");
    sender_->words->notify("work", "now");
    EXPECT_EQ(listener_->next(), "work:now");
}

TEST_F(NotifyTest, the_sender_hears_itself) {
    sender_->words->listen("work");
    sender_->words->notify("work", "mine");
    EXPECT_EQ(sender_->next(), "work:mine");
    EXPECT_EQ(sender_->next(50ms), "nothing");
}

TEST_F(NotifyTest, a_transaction_is_heard_when_it_commits) {
    listener_->words->listen("work");
    sender_->connection->begin(TransactionMode::write);
    sender_->words->notify("work", "undone");
    sender_->connection->rollback();
    sender_->connection->begin(TransactionMode::write);
    sender_->words->notify("work", "done");
    EXPECT_EQ(listener_->next(200ms), "nothing");
    sender_->connection->commit();
    EXPECT_EQ(listener_->next(), "work:done");
    EXPECT_EQ(listener_->next(50ms), "nothing");
}

TEST_F(NotifyTest, whoever_waits_is_woken) {
    listener_->words->listen("work");
    auto heard = std::async(std::launch::async, [this] { return listener_->next(60s); });
    std::this_thread::sleep_for(50ms);
    sender_->words->notify("work", "wake up");
    EXPECT_EQ(heard.get(), "work:wake up");
}

TEST_F(NotifyTest, a_wait_can_be_cancelled) {
    listener_->words->listen("work");
    auto waited = std::async(std::launch::async,
                             [this] { return code_of([this] { listener_->next(60s); }); });
    // A cancel before the wait has begun does nothing.
    while (waited.wait_for(50ms) != std::future_status::ready) {
        listener_->connection->cancel();
    }
    EXPECT_EQ(waited.get(), Errc::cancelled);
    sender_->words->notify("work", "still there");
    EXPECT_EQ(listener_->next(), "work:still there");
}

TEST_F(NotifyTest, listening_ends_with_unlisten_and_with_reset) {
    listener_->words->listen("work");
    listener_->words->listen("other");
    sender_->words->notify("work", "before");
    listener_->words->unlisten("work");
    listener_->words->unlisten("never listened to");
    sender_->words->notify("work", "after");
    sender_->words->notify("other", "kept");
    EXPECT_EQ(listener_->next(), "other:kept");

    sender_->words->notify("other", "not waited for");
    listener_->connection->reset();
    listener_->words->listen("work");
    sender_->words->notify("other", "gone");
    sender_->words->notify("work", "new");
    EXPECT_EQ(listener_->next(), "work:new");
}

TEST_F(NotifyTest, inside_a_transaction_nobody_listens) {
    listener_->connection->begin(TransactionMode::read);
    EXPECT_EQ(code_of([this] { listener_->words->listen("work"); }), Errc::usage);
    EXPECT_EQ(code_of([this] { listener_->words->unlisten("work"); }), Errc::usage);
    EXPECT_EQ(code_of([this] { listener_->words->wait(0ms); }), Errc::usage);
    listener_->connection->rollback();
}

TEST_F(NotifyTest, what_does_not_fit_is_refused) {
    const std::string longest(NotifyExtension::longest_payload, 'p');
    const std::string channel(NotifyExtension::longest_channel, 'c');
    listener_->words->listen(channel);
    sender_->words->notify(channel, longest);
    EXPECT_EQ(listener_->next(), channel + ":" + longest);
    EXPECT_EQ(code_of([&] { sender_->words->notify(channel, longest + "p"); }), Errc::value);
    EXPECT_EQ(code_of([&] { sender_->words->notify(channel + "c", ""); }), Errc::value);
    EXPECT_EQ(code_of([&] { sender_->words->notify("", "x"); }), Errc::value);
    EXPECT_EQ(code_of([&] { sender_->words->notify("c", std::string(1, '\0')); }), Errc::value);
    EXPECT_EQ(code_of([&] { listener_->words->listen(""); }), Errc::value);
}

TEST_F(NotifyTest, many_senders_lose_nothing) {
    constexpr int senders = 4;
    constexpr int each = 50;
    listener_->words->listen("work");
    std::vector<std::thread> all;
    all.reserve(senders);
    for (int sender = 0; sender < senders; ++sender) {
        all.emplace_back([this, sender] {
            Party party{*engine_};
            for (int i = 0; i < each; ++i) {
                party.words->notify("work", std::to_string(sender * each + i));
            }
        });
    }
    std::vector<bool> heard(senders * each, false);
    for (int i = 0; i < senders * each; ++i) {
        const std::optional<Notification> next = listener_->words->wait(30s);
        ASSERT_TRUE(next) << "after " << i;
        heard.at(static_cast<std::size_t>(std::stoi(next->payload))) = true;
    }
    for (std::thread& thread : all) {
        thread.join();
    }
    EXPECT_EQ(std::count(heard.begin(), heard.end(), false), 0);
}

TEST_F(NotifyTest, other_processes_are_heard) {
    listener_->words->listen("work");
    const testing::RunResult sent =
        testing::run({testing::this_program(), "--gtest_also_run_disabled_tests",
                      "--gtest_filter=OtherProcess.*"},
                     database_->environment());
    EXPECT_EQ(sent.exit_status, 0) << sent.out << sent.err;
    EXPECT_EQ(listener_->next(), "work:from another process");
}

std::string variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

/// What the test above runs: a process that only sends, to the database that its variables name.
TEST(OtherProcess, DISABLED_sends) {
    DatabaseConfig config;
    config.product = "testing";
    config.engine = variable("TELECLAUDE_DB_ENGINE");
    config.path = variable("TELECLAUDE_DB_PATH");
    config.host = variable("TELECLAUDE_DB_HOST");
    config.port = static_cast<std::uint16_t>(std::atoi(variable("TELECLAUDE_DB_PORT").c_str()));
    config.dbname = variable("TELECLAUDE_DB_NAME");
    config.user = variable("TELECLAUDE_DB_USER");
    config.password = variable("TELECLAUDE_DB_PASSWORD");
    const std::unique_ptr<Engine> engine = testing::plugin_host().open(config);
    Party{*engine}.words->notify("work", "from another process");
}

TEST_F(NotifyTest, a_lost_connection_ends_the_wait) {
    listener_->words->listen("work");
    if (!backend().kill_connections(*database_)) {  // a file has no other end that could hang up
        EXPECT_EQ(listener_->next(50ms), "nothing");
        return;
    }
    EXPECT_EQ(code_of([this] { listener_->next(20s); }), Errc::connection_lost);
}

}  // namespace
}  // namespace enginebay
