// SPDX-License-Identifier: BSL-1.0
// Functions submitted to the workers: results, order, bounds, cancellation, the end.
#include "support/database_test.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <optional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using namespace std::chrono_literals;

template <class T>
Errc code_of(std::future<T> future) {
    try {
        future.get();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "no error came";
    return Errc::internal;
}

class SubmitTest : public testing::DatabaseTest {
protected:
    void make_tables() override {
        database().session().execute("CREATE TABLE items (id bigint PRIMARY KEY, name text)");
    }

    std::int64_t count() {
        Session session = database().session();
        return session.query_one<std::int64_t>("SELECT count(*) FROM items");
    }
    static void insert(Session& session, std::int64_t id) {
        session.execute("INSERT INTO items (id, name) VALUES (?, ?)", id, "name");
    }
    static constexpr std::string_view endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
        "SELECT count(*) FROM n";
};

TEST_F(SubmitTest, futures_have_what_the_function_returns_or_throws) {
    auto answer =
        database().submit([](Session& s) { return s.query_one<std::int64_t>("SELECT 42"); });
    auto text = database().submit(TransactionMode::read, [](Session& s) {
        return s.query_one<std::string>("SELECT 'a text'");
    });
    auto nothing = database().submit(TransactionMode::write, [](Session& s) { insert(s, 1); });
    auto again = database().submit(TransactionMode::write, [](Session& s) {
        s.query_one<std::int64_t>("SELECT count(*) FROM nowhere");
    });
    auto mine = database().submit(
        [](Session& /*unused*/) -> int { throw std::runtime_error{"of the program"}; });
    EXPECT_EQ(answer.get(), 42);
    EXPECT_EQ(text.get(), "a text");
    nothing.get();
    EXPECT_EQ(code_of(std::move(again)), Errc::statement);
    EXPECT_THROW(mine.get(), std::runtime_error);
    EXPECT_EQ(count(), 1);
}

TEST_F(SubmitTest, what_it_captures_may_be_moved_in_and_results_moved_out) {
    auto owned = std::make_unique<std::int64_t>(7);
    auto future = database().submit(TransactionMode::write, [owned = std::move(owned)](Session& s) {
        insert(s, *owned);
        return std::make_unique<std::int64_t>(*owned + 1);
    });
    EXPECT_EQ(*future.get(), 8);
}

TEST_F(SubmitTest, a_callback_comes_when_the_future_is_ready) {
    std::promise<int> seen;
    std::shared_future<int> future;
    std::promise<void> assigned;
    future = database()
                 .submit(
                     [&](Session& /*unused*/) {
                         assigned.get_future().wait();
                         return 5;
                     },
                     {.then =
                          [&] {
                              const bool ready = future.wait_for(0s) == std::future_status::ready;
                              seen.set_value(ready ? future.get() : -1);
                          }})
                 .share();
    assigned.set_value();
    EXPECT_EQ(seen.get_future().get(), 5);
}

TEST_F(SubmitTest, a_read_transaction_refuses_to_write) {
    EXPECT_EQ(code_of(database().submit(TransactionMode::read, [](Session& s) { insert(s, 1); })),
              Errc::read_only);
}

TEST_F(SubmitTest, reads_run_side_by_side) {
    std::atomic<int> together{0};
    const auto meet = [&together](Session& s) {
        s.query_one<std::int64_t>("SELECT count(*) FROM items");
        ++together;
        const auto limit = std::chrono::steady_clock::now() + 20s;
        while (together < 3 && std::chrono::steady_clock::now() < limit) {
            std::this_thread::sleep_for(1ms);
        }
        return together >= 3;
    };
    std::vector<std::future<bool>> all;
    for (int i = 0; i < 3; ++i) {
        all.push_back(database().submit(TransactionMode::read, meet));
    }
    for (auto& each : all) {
        EXPECT_TRUE(each.get());
    }
}

TEST_F(SubmitTest, a_stop_request_ends_what_runs_and_keeps_out_what_waits) {
    PoolConfig pool;
    pool.size = 1;
    open(pool);
    std::stop_source stop;
    std::promise<void> started;
    auto running = database().submit(
        [&](Session& s) {
            started.set_value();
            return s.query_one<std::int64_t>(endless);
        },
        {.stop = stop.get_token()});
    started.get_future().wait();
    std::atomic<bool> called{false};
    auto waiting =
        database().submit([&](Session& /*unused*/) { called = true; }, {.stop = stop.get_token()});
    auto shared =
        database().submit(TransactionMode::write, [&](Session& /*unused*/) { called = true; },
                          {.stop = stop.get_token()});
    std::this_thread::sleep_for(100ms);
    stop.request_stop();
    EXPECT_EQ(code_of(std::move(running)), Errc::cancelled);
    EXPECT_EQ(code_of(std::move(waiting)), Errc::cancelled);
    EXPECT_EQ(code_of(std::move(shared)), Errc::cancelled);
    EXPECT_FALSE(called);
    database().submit([](Session& s) { insert(s, 1); }).get();
}

TEST_F(SubmitTest, whoever_submits_too_much_waits_and_then_is_told) {
    PoolConfig pool;
    pool.size = 1;
    pool.timeout = 500ms;
    open(pool);
    std::promise<void> go;
    auto gate = go.get_future().share();
    std::vector<std::future<void>> all;
    Errc code{Errc::internal};
    std::chrono::steady_clock::duration waited{};
    for (int i = 0; i < 3'000; ++i) {
        const auto start = std::chrono::steady_clock::now();
        try {
            all.push_back(database().submit([gate](Session& /*unused*/) { gate.wait(); }));
        } catch (const Error& error) {
            code = error.code();
            waited = std::chrono::steady_clock::now() - start;
            break;
        }
    }
    EXPECT_EQ(code, Errc::pool_exhausted);
    EXPECT_GE(waited, 400ms);
    EXPECT_GE(all.size(), 1'000U);
    go.set_value();
    for (auto& each : all) {
        each.get();
    }
}

TEST_F(SubmitTest, a_function_may_submit_others) {
    PoolConfig pool;
    pool.size = 1;
    open(pool);
    std::vector<std::future<void>> inner;
    database()
        .submit([&](Session& /*unused*/) {
            for (int i = 0; i < 2'000; ++i) {  // more than may wait, and nobody else to serve them
                inner.push_back(database().submit([](Session& /*unused*/) {}));
            }
        })
        .get();
    for (auto& each : inner) {
        each.get();
    }
}

TEST_F(SubmitTest, closing_runs_what_waits) {
    std::vector<std::future<void>> all;
    for (std::int64_t i = 0; i < 200; ++i) {
        all.push_back(database().submit(TransactionMode::write, [i](Session& s) { insert(s, i); }));
    }
    database().close();
    for (auto& each : all) {
        ASSERT_EQ(each.wait_for(0s), std::future_status::ready);
        each.get();
    }
    EXPECT_THROW(database().submit([](Session& /*unused*/) {}), Error);
    open({});
    EXPECT_EQ(count(), 200);
}

TEST_F(SubmitTest, closing_does_not_wait_for_ever) {
    PoolConfig pool;
    pool.size = 1;
    pool.timeout = 500ms;
    open(pool);
    std::promise<void> started;
    auto running = database().submit([&](Session& s) {
        started.set_value();
        return s.query_one<std::int64_t>(endless);
    });
    auto waiting = database().submit([](Session& s) { insert(s, 1); });
    started.get_future().wait();
    database().close();
    EXPECT_EQ(code_of(std::move(running)), Errc::cancelled);
    EXPECT_EQ(code_of(std::move(waiting)), Errc::cancelled);
}

TEST_F(SubmitTest, a_function_cannot_close_the_database) {
    EXPECT_EQ(code_of(database().submit([&](Session& /*unused*/) { database().close(); })),
              Errc::usage);
}

// Eight threads that submit and eight that ask for sessions themselves.
TEST_F(SubmitTest, nobody_starves_and_the_pool_is_never_exceeded) {
    PoolConfig pool;
    pool.size = 3;
    pool.overflow = 1;
    open(pool);
    std::atomic<bool> stop{false};
    std::atomic<std::uint32_t> most_out{0};
    std::vector<std::int64_t> done(16);
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < 16; ++t) {
        threads.emplace_back([&, t] {
            while (!stop) {
                if (t >= 8) {
                    Session session = database().session();
                    session.query_one<std::int64_t>("SELECT count(*) FROM items");
                } else if (t % 2 == 0) {
                    database()
                        .submit(TransactionMode::write,
                                [t](Session& s) {
                                    s.execute(
                                        "INSERT INTO items (id, name) VALUES (?, 'x') "
                                        "ON CONFLICT (id) DO UPDATE SET name = 'y'",
                                        static_cast<std::int64_t>(t));
                                })
                        .get();
                } else {
                    database()
                        .submit([](Session& s) {
                            return s.query_one<std::int64_t>("SELECT count(*) FROM items");
                        })
                        .get();
                }
                ++done[t];
                most_out = std::max(most_out.load(), database().pool_status().out);
            }
        });
    }
    std::this_thread::sleep_for(3s);
    stop = true;
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_LE(most_out, 4U);
    for (std::size_t t = 0; t < 16; ++t) {
        EXPECT_GT(done[t], 5) << "thread " << t;
    }
}

}  // namespace
}  // namespace enginebay
