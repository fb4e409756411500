// SPDX-License-Identifier: BSL-1.0
// Everything at once: eight threads on a pool of 5 + 3, statements, transactions, batches, streams,
// transfers and submitted functions, while statements are cancelled at random, connections are
// killed and the schema changes underneath. ENGINEBAY_STRESS_SECONDS says for how long.
//
// What must hold: every error is one the program was told to expect, the ledger balances at the
// end (each transaction whole or not at all), the pool never has more out than it may, and it has
// everything back.
#include "support/database_test.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <random>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

std::chrono::seconds duration() {
    const char* const wanted = std::getenv("ENGINEBAY_STRESS_SECONDS");
    return std::chrono::seconds{wanted != nullptr ? std::atoi(wanted) : 4};
}

constexpr std::int64_t accounts = 20;

struct Account {
    std::int64_t id{0};
    std::int64_t amount{0};
};
constexpr auto fields(const Account* /*tag*/) {
    return std::tuple{field("id", &Account::id), field("amount", &Account::amount)};
}

/// One thread's part: picks what to do, does it, and knows which errors are part of the game.
class Actor {
public:
    Actor(Database& database, unsigned seed) : database_{database}, random_{seed} {}

    void act() {
        try {
            (this->*pick())();
            ++done_;
        } catch (const Error& error) {
            note(error);
        }
    }
    [[nodiscard]] std::int64_t done() const { return done_; }
    [[nodiscard]] const std::vector<std::string>& surprises() const { return surprises_; }
    [[nodiscard]] const std::map<Errc, int>& errors() const { return errors_; }

private:
    using Deed = void (Actor::*)();

    Deed pick() {
        static constexpr std::array<Deed, 8> deeds{
            &Actor::transfer, &Actor::read,         &Actor::stream_part, &Actor::batch,
            &Actor::bulk,     &Actor::submit_write, &Actor::submit_read, &Actor::cancelled};
        return deeds[below(deeds.size())];
    }
    std::size_t below(std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>{0, limit - 1}(random_);
    }
    std::int64_t account() { return static_cast<std::int64_t>(below(accounts)) + 1; }

    static void move(Session& session, std::int64_t from, std::int64_t to, std::int64_t amount) {
        session.execute("UPDATE accounts SET amount = amount - ? WHERE id = ?", amount, from);
        session.execute("UPDATE accounts SET amount = amount + ? WHERE id = ?", amount, to);
    }

    void transfer() {
        const auto from = account();
        const auto to = account();
        database_.transaction(TransactionMode::write,
                              [&](Session& session) { move(session, from, to, 1); });
    }
    void read() {
        Session session = database_.session();
        for (int i = 0; i < 5; ++i) {
            session.query_optional<Account>("SELECT id, amount FROM accounts WHERE id = ?",
                                            account());
        }
    }
    void stream_part() {
        Session session = database_.session();
        std::size_t left = below(40);
        for (const Account& each : session.stream<Account>("SELECT * FROM accounts ORDER BY id")) {
            (void)each;
            if (left-- == 0) {
                break;
            }
        }
    }
    void batch() {
        Session session = database_.session();
        const auto from = account();
        const auto to = account();
        Batch batch = session.batch();
        batch.execute("UPDATE accounts SET amount = amount - 2 WHERE id = ?", from);
        const auto seen = batch.query<Account>("SELECT * FROM accounts WHERE id = ?", from);
        batch.execute("UPDATE accounts SET amount = amount + 2 WHERE id = ?", to);
        batch.run();
        if (seen.get().size() != 1) {
            surprises_.emplace_back("a batch saw no row");
        }
    }
    void bulk() {
        Session session = database_.session();
        std::vector<Account> rows;
        for (std::int64_t i = 0; i < 50; ++i) {
            rows.push_back({static_cast<std::int64_t>(below(1'000'000'000)), i});
        }
        session.upsert_all("heap", {"id"}, rows);
    }
    void submit_write() {
        const auto from = account();
        const auto to = account();
        std::vector<std::future<void>> all;
        for (int i = 0; i < 5; ++i) {
            all.push_back(database_.submit(TransactionMode::write, [from, to](Session& session) {
                move(session, from, to, 3);
            }));
        }
        wait_for(all);
    }
    void submit_read() {
        std::vector<std::future<void>> all;
        for (int i = 0; i < 5; ++i) {
            all.push_back(database_.submit(TransactionMode::read, [](Session& session) {
                session.query_all<Account>("SELECT id, amount FROM accounts");
            }));
        }
        wait_for(all);
    }
    void cancelled() {
        std::stop_source stop;
        auto slow = database_.submit(
            [](Session& session) {
                session.query_one<std::int64_t>(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                    "2000000000) SELECT count(*) FROM n");
            },
            {.stop = stop.get_token()});
        auto write = database_.submit(
            TransactionMode::write,
            [from = account(), to = account()](Session& session) { move(session, from, to, 1); },
            {.stop = stop.get_token()});
        std::this_thread::sleep_for(std::chrono::milliseconds{below(20)});
        stop.request_stop();
        std::vector<std::future<void>> all;
        all.push_back(std::move(slow));
        all.push_back(std::move(write));
        wait_for(all);
    }
    /// All of them, whatever becomes of each.
    void wait_for(std::vector<std::future<void>>& all) {
        for (auto& each : all) {
            try {
                each.get();
            } catch (const Error& error) {
                note(error);
            }
        }
    }
    void note(const Error& error) {
        ++errors_[error.code()];
        switch (error.code()) {
            case Errc::cancelled:
            case Errc::connection_lost:
            case Errc::in_doubt:
            case Errc::serialization:
            case Errc::stale_plan:
            case Errc::busy:
            case Errc::timeout:
            case Errc::pool_exhausted:
            case Errc::unreachable:  // a connect while connections are being killed
                return;
            default:
                surprises_.emplace_back(error.what());
        }
    }

    Database& database_;
    std::mt19937 random_;
    std::int64_t done_{0};
    std::map<Errc, int> errors_;
    std::vector<std::string> surprises_;
};

class StressTest : public testing::DatabaseTest {
protected:
    StressTest() : DatabaseTest{{.size = 5, .overflow = 3, .recycle = 2s}} {}
    void make_tables() override {
        Session session = database().session();
        session.execute("CREATE TABLE accounts (id bigint PRIMARY KEY, amount bigint NOT NULL)");
        session.execute("CREATE TABLE heap (id bigint PRIMARY KEY, amount bigint NOT NULL)");
        for (std::int64_t id = 1; id <= accounts; ++id) {
            session.execute("INSERT INTO accounts (id, amount) VALUES (?, 1000)", id);
        }
    }

    /// Columns come and go, so that plans grow stale; what is asked for stays.
    void change_schema(Clock::time_point end) {
        for (int round = 0; Clock::now() < end; ++round) {
            for (const std::string& sql :
                 {"ALTER TABLE accounts ADD COLUMN extra" + std::to_string(round % 50) + " text",
                  "ALTER TABLE accounts DROP COLUMN extra" + std::to_string(round % 50)}) {
                try {
                    database().transaction(TransactionMode::write,
                                           [&](Session& session) { session.execute(sql); });
                } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the game's other side
                }
                std::this_thread::sleep_for(60ms);
            }
        }
    }
    void kill_connections(Clock::time_point end) {
        while (Clock::now() < end) {
            std::this_thread::sleep_for(700ms);
            backend().kill_connections(test_database());
        }
    }
    void watch_pool(Clock::time_point end) {
        while (Clock::now() < end) {
            most_out_ = std::max(most_out_, database().pool_status().out);
            std::this_thread::sleep_for(2ms);
        }
    }

    std::uint32_t most_out_{0};
};

TEST_F(StressTest, everything_at_once) {
    const Clock::time_point end = Clock::now() + duration();
    std::vector<Actor> actors;
    for (unsigned i = 0; i < 8; ++i) {
        actors.emplace_back(database(), i + 1);
    }
    std::vector<std::thread> threads;
    for (Actor& actor : actors) {
        threads.emplace_back([&actor, end] {
            while (Clock::now() < end) {
                actor.act();
            }
        });
    }
    threads.emplace_back([&] { change_schema(end); });
    threads.emplace_back([&] { kill_connections(end); });
    threads.emplace_back([&] { watch_pool(end); });
    for (std::thread& thread : threads) {
        thread.join();
    }

    std::map<Errc, int> errors;
    for (const Actor& actor : actors) {
        EXPECT_GT(actor.done(), 0) << "a thread starved";
        for (const std::string& surprise : actor.surprises()) {
            ADD_FAILURE() << surprise;
        }
        for (const auto& [code, count] : actor.errors()) {
            errors[code] += count;
        }
    }
    for (const auto& [code, count] : errors) {
        RecordProperty(std::string{to_string(code)}, count);
        std::printf("%s: %d\n", std::string{to_string(code)}.c_str(), count);
    }
    EXPECT_LE(most_out_, 8U);
    EXPECT_EQ(database().pool_status().out, 0U);
    const auto sum = database().transaction(TransactionMode::read, [](Session& session) {
        std::int64_t total = 0;
        for (const std::int64_t amount :
             session.query<std::int64_t>("SELECT amount FROM accounts")) {
            total += amount;
        }
        return total;
    });
    EXPECT_EQ(sum, accounts * 1000) << "a transaction was kept in part";
}

}  // namespace
}  // namespace enginebay
