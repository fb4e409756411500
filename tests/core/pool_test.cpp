// SPDX-License-Identifier: BSL-1.0
// The pool, over an engine that only counts: what is tested is waiting, order and life time, and no
// database has a part in it. The same pool over real backends: session_test.cpp.
#include "support/errors.hpp"

#include <enginebay/database.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using namespace std::chrono_literals;

struct Ledger {
    std::atomic<int> opened{0};
    std::atomic<int> open{0};
    std::atomic<int> most_open{0};
    std::atomic<bool> alive{true};
    std::atomic<bool> fail_connect{false};
    std::atomic<bool> fail_reset{false};
    std::atomic<int> connect_ms{0};
};

[[noreturn]] void refuse() { throw Error(Errc::unsupported, "this connection only counts"); }

class CountedConnection final : public Connection {
public:
    explicit CountedConnection(Ledger& ledger) : ledger_{ledger} {
        ++ledger_.opened;
        const int now = ++ledger_.open;
        int most = ledger_.most_open;
        while (now > most && !ledger_.most_open.compare_exchange_weak(most, now)) {}
    }
    ~CountedConnection() override { --ledger_.open; }
    Cursor& query(std::string_view, std::span<const ValueView>) override { refuse(); }
    std::int64_t execute(std::string_view, std::span<const ValueView>) override {
        throw std::runtime_error{"not an Error"};
    }
    void begin(TransactionMode) override {}
    void commit() override {}
    void rollback() noexcept override {}
    bool in_transaction() const noexcept override { return false; }
    bool alive() noexcept override { return ledger_.alive; }
    void reset() override {
        if (ledger_.fail_reset) {
            throw Error(Errc::connection_lost, "gone");
        }
    }
    void cancel() noexcept override {}
    void* extension(std::string_view) noexcept override { return nullptr; }

private:
    Ledger& ledger_;
};

class CountedDialect final : public Dialect {
public:
    std::string quote(std::string_view) const override { refuse(); }
    std::string literal(std::string_view) const override { refuse(); }
    std::string upsert(std::string_view, std::span<const std::string_view>,
                       std::span<const std::string_view>) const override {
        refuse();
    }
    std::string_view claim_clause() const noexcept override { return ""; }
    std::string instant(std::string_view) const override { refuse(); }
    std::string search(std::string_view, const SearchIndex&) const override { refuse(); }
    std::string search_words(std::string_view) const override { refuse(); }
    std::string placeholder(std::size_t) const override { refuse(); }
};

class CountingEngine final : public Engine {
public:
    CountingEngine(Ledger& ledger, std::uint32_t limit) : ledger_{ledger}, limit_{limit} {}
    std::unique_ptr<Connection> connect(Access) override {
        std::this_thread::sleep_for(std::chrono::milliseconds{ledger_.connect_ms});
        if (ledger_.fail_connect) {
            throw Error(Errc::unreachable, "nobody there");
        }
        return std::make_unique<CountedConnection>(ledger_);
    }
    const Dialect& dialect() const noexcept override { return dialect_; }
    Capabilities capabilities() const noexcept override { return {}; }
    std::unique_ptr<Migrator> migrator() override { refuse(); }
    std::unique_ptr<InstanceLock> instance_lock(LockOptions) override { refuse(); }
    std::uint32_t connection_limit() const noexcept override { return limit_; }
    std::string location() const override { return "nowhere"; }
    std::string server_version(Connection&) override { return "0"; }
    std::vector<EffectiveSetting> effective_settings(Connection&) override { return {}; }
    CheckpointResult checkpoint(Connection&) override { return {}; }

private:
    Ledger& ledger_;
    std::uint32_t limit_;
    CountedDialect dialect_;
};

using testing::error_of;

class PoolTest : public ::testing::Test {
protected:
    Database open(const PoolConfig& config, std::uint32_t limit = 0) {
        return Database{std::make_unique<CountingEngine>(ledger_, limit), config};
    }
    Ledger ledger_;
};

TEST_F(PoolTest, opens_nothing_ahead_and_keeps_what_it_opened) {
    Database database = open({2, 1, 1s, 1h});
    EXPECT_EQ(ledger_.opened, 0);
    for (int i = 0; i < 10; ++i) {
        const Session session = database.session();
    }
    EXPECT_EQ(ledger_.opened, 1);
    {
        const Session a = database.session();
        const Session b = database.session();
        const Session c = database.session();
        EXPECT_EQ(database.pool_status().out, 3U);
    }
    EXPECT_EQ(ledger_.open, 2) << "the overflow is closed when given back";
    EXPECT_EQ(database.pool_status().idle, 2U);
}

TEST_F(PoolTest, exhaustion_names_the_holders) {
    Database database = open({1, 0, 50ms, 1h});
    Session held = database.session();
    held.label("nightly report");
    const auto started = std::chrono::steady_clock::now();
    const Error error = error_of([&] { const Session more = database.session(); });
    EXPECT_EQ(error.code(), Errc::pool_exhausted);
    EXPECT_NE(std::string{error.what()}.find("nightly report"), std::string::npos) << error.what();
    EXPECT_GE(std::chrono::steady_clock::now() - started, 50ms);
}

TEST_F(PoolTest, who_waits_longest_is_served_first) {
    Database database = open({1, 0, 10s, 1h});
    std::optional<Session> held = database.session();
    std::vector<int> order;
    std::mutex mutex;
    std::vector<std::jthread> waiters;
    for (int i = 0; i < 5; ++i) {
        waiters.emplace_back([&, i] {
            const Session session = database.session();
            const std::lock_guard lock{mutex};
            order.push_back(i);
        });
        while (database.pool_status().waiting != static_cast<std::uint32_t>(i) + 1) {
            std::this_thread::sleep_for(1ms);
        }
    }
    held.reset();
    waiters.clear();
    EXPECT_EQ(order, (std::vector{0, 1, 2, 3, 4}));
}

TEST_F(PoolTest, never_more_connections_than_allowed) {
    Database database = open({3, 2, 10s, 1h});
    std::vector<std::jthread> workers;
    for (int i = 0; i < 16; ++i) {
        workers.emplace_back([&] {
            for (int n = 0; n < 200; ++n) {
                const Session session = database.session();
                std::this_thread::yield();
            }
        });
    }
    workers.clear();
    EXPECT_LE(ledger_.most_open, 5);
    EXPECT_EQ(database.pool_status().out, 0U);
    EXPECT_EQ(ledger_.open, static_cast<int>(database.pool_status().idle));
}

TEST_F(PoolTest, a_slow_connect_does_not_keep_others_from_giving_back) {
    Database database = open({2, 0, 10s, 1h});
    std::optional<Session> first = database.session();
    ledger_.connect_ms = 500;
    std::jthread slow{[&] { const Session session = database.session(); }};
    std::this_thread::sleep_for(50ms);
    const auto started = std::chrono::steady_clock::now();
    first.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - started, 200ms);
}

TEST_F(PoolTest, a_failed_connect_frees_its_place) {
    Database database = open({1, 0, 100ms, 1h});
    ledger_.fail_connect = true;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(error_of([&] { const Session session = database.session(); }).code(),
                  Errc::unreachable);
    }
    ledger_.fail_connect = false;
    const Session session = database.session();
    EXPECT_EQ(database.pool_status().out, 1U);
}

TEST_F(PoolTest, an_old_connection_is_replaced) {
    Database database = open({1, 0, 1s, 20ms});
    { const Session session = database.session(); }
    std::this_thread::sleep_for(30ms);
    { const Session session = database.session(); }
    EXPECT_EQ(ledger_.opened, 2);
    EXPECT_EQ(ledger_.open, 1);
}

TEST_F(PoolTest, the_only_connection_an_engine_allows_is_kept_however_old) {
    Database database = open({1, 0, 1s, 20ms}, 1);
    { const Session session = database.session(); }
    std::this_thread::sleep_for(30ms);
    { const Session session = database.session(); }
    EXPECT_EQ(ledger_.opened, 1) << "it may be the database itself";
}

TEST_F(PoolTest, a_dead_connection_is_replaced_after_it_idled) {
    Database database = open({1, 0, 1s, 1h});
    { const Session session = database.session(); }
    ledger_.alive = false;
    std::this_thread::sleep_for(1100ms);
    { const Session session = database.session(); }
    EXPECT_EQ(ledger_.opened, 2);
}

TEST_F(PoolTest, a_connection_that_cannot_be_cleaned_is_dropped) {
    Database database = open({1, 0, 1s, 1h});
    ledger_.fail_reset = true;
    { const Session session = database.session(); }
    EXPECT_EQ(ledger_.open, 0);
    EXPECT_EQ(database.pool_status().out, 0U);
}

TEST_F(PoolTest, the_engine_s_own_limit_counts) {
    Database database = open({5, 3, 50ms, 1h}, 1);
    const Session only = database.session();
    EXPECT_EQ(error_of([&] { const Session more = database.session(); }).code(),
              Errc::pool_exhausted);
}

TEST_F(PoolTest, close_waits_for_sessions_that_are_out) {
    Database database = open({2, 0, 5s, 1h});
    std::optional<Session> held = database.session();
    std::jthread closer{[&] { database.close(); }};
    std::this_thread::sleep_for(50ms);
    EXPECT_EQ(error_of([&] { const Session more = database.session(); }).code(), Errc::usage);
    held.reset();
    closer.join();
    EXPECT_EQ(ledger_.open, 0);
}

TEST_F(PoolTest, a_session_may_outlive_its_database) {
    std::optional<Session> held;
    {
        Database database = open({1, 0, 20ms, 1h});
        held = database.session();
    }
    EXPECT_EQ(ledger_.open, 1);
    held.reset();
    EXPECT_EQ(ledger_.open, 0);
}

TEST_F(PoolTest, an_exception_that_is_no_error_becomes_one) {
    Database database = open({1, 0, 1s, 1h});
    Session session = database.session();
    const Error error = error_of([&] { session.execute("anything"); });
    EXPECT_EQ(error.code(), Errc::internal);
    EXPECT_NE(std::string{error.what()}.find("not an Error"), std::string::npos);
}

}  // namespace
}  // namespace enginebay
