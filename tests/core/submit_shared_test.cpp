// SPDX-License-Identifier: BSL-1.0
// Submitted writes that may share a commit: each succeeds or fails alone, and an answer means that
// it is committed. On backends with parallel writers the same holds without sharing.
#include "support/database_test.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <future>
#include <memory>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using namespace std::chrono_literals;

class SharedCommitTest : public testing::DatabaseTest {
protected:
    void make_tables() override {
        database().session().execute("CREATE TABLE items (id bigint PRIMARY KEY, name text)");
    }
    /// Keeps the lane of writes busy until the promise is kept, so that what follows is together.
    std::future<void> hold(std::shared_future<void> gate) {
        // It may be called again, as every function in a transaction may.
        auto started = std::make_shared<std::atomic<bool>>(false);
        auto held = database().submit(TransactionMode::write, [started, gate](Session& /*none*/) {
            *started = true;
            gate.wait();
        });
        while (!*started) {
            std::this_thread::sleep_for(1ms);
        }
        return held;
    }
    std::set<std::int64_t> ids() {
        Session session = database().session();
        const auto all = session.query_all<std::int64_t>("SELECT id FROM items");
        return {all.begin(), all.end()};
    }
    static void insert(Session& session, std::int64_t id) {
        session.execute("INSERT INTO items (id, name) VALUES (?, ?)", id, "name");
    }
};

TEST_F(SharedCommitTest, one_failing_write_undoes_no_other) {
    database().session().execute("INSERT INTO items (id) VALUES (5)");
    std::promise<void> go;
    auto held = hold(go.get_future().share());
    std::vector<std::future<std::int64_t>> all;
    for (std::int64_t i = 0; i < 10; ++i) {
        all.push_back(database().submit(TransactionMode::write, [i](Session& s) {
            s.execute("INSERT INTO items (id) VALUES (?)", 100 + i);
            insert(s, i);  // 5 is there already
            if (i == 7) {
                throw std::runtime_error{"the program's own"};
            }
            return i;
        }));
    }
    go.set_value();
    held.get();
    for (std::int64_t i = 0; i < 10; ++i) {
        auto& each = all[static_cast<std::size_t>(i)];
        if (i == 5) {
            EXPECT_THROW(each.get(), Error);
        } else if (i == 7) {
            EXPECT_THROW(each.get(), std::runtime_error);
        } else {
            EXPECT_EQ(each.get(), i);
        }
    }
    EXPECT_EQ(ids(), (std::set<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 8, 9, 100, 101, 102, 103, 104,
                                             106, 108, 109}));
}

TEST_F(SharedCommitTest, a_cancelled_write_undoes_no_other) {
    std::promise<void> go;
    auto held = hold(go.get_future().share());
    std::stop_source stop;
    std::atomic<bool> runs{false};
    auto first = database().submit(TransactionMode::write, [](Session& s) { insert(s, 1); });
    auto slow = database().submit(
        TransactionMode::write,
        [&](Session& s) {
            insert(s, 2);
            runs = true;
            s.execute(
                "INSERT INTO items (id) WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT "
                "i + 1 FROM n WHERE i < 2000000000) SELECT max(i) FROM n");
        },
        {.stop = stop.get_token()});
    auto last = database().submit(TransactionMode::write, [](Session& s) { insert(s, 3); });
    go.set_value();
    while (!runs) {
        std::this_thread::sleep_for(1ms);
    }
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
    held.get();
    first.get();
    last.get();
    EXPECT_THROW(slow.get(), Error);
    EXPECT_EQ(ids(), (std::set<std::int64_t>{1, 3}));
}

TEST_F(SharedCommitTest, a_commit_that_fails_is_the_error_of_whose_fault_it_is) {
    Session setup = database().session();
    setup.execute(
        "CREATE TABLE referring (id bigint REFERENCES items (id) DEFERRABLE INITIALLY "
        "DEFERRED)");
    { const Session done = std::move(setup); }
    std::promise<void> go;
    auto held = hold(go.get_future().share());
    auto first = database().submit(TransactionMode::write, [](Session& s) { insert(s, 1); });
    auto dangling = database().submit(
        TransactionMode::write, [](Session& s) { s.execute("INSERT INTO referring VALUES (77)"); });
    auto last = database().submit(TransactionMode::write, [](Session& s) { insert(s, 3); });
    go.set_value();
    held.get();
    first.get();
    last.get();
    EXPECT_THROW(dangling.get(), Error);
    EXPECT_EQ(ids(), (std::set<std::int64_t>{1, 3}));
}

TEST_F(SharedCommitTest, a_function_that_commits_by_itself_leaves_the_others_in_doubt_and_no_more) {
    std::promise<void> go;
    auto held = hold(go.get_future().share());
    auto first = database().submit(TransactionMode::write, [](Session& s) { insert(s, 1); });
    auto rude = database().submit(TransactionMode::write, [](Session& s) { s.execute("COMMIT"); });
    auto last = database().submit(TransactionMode::write, [](Session& s) { insert(s, 3); });
    go.set_value();
    try {
        held.get();
        first.get();  // where commits are not shared
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::in_doubt);
    }
    EXPECT_THROW(rude.get(), Error);
    last.get();
    EXPECT_EQ(ids(), (std::set<std::int64_t>{1, 3}));
}

TEST_F(SharedCommitTest, an_answer_means_that_others_see_it) {
    Database other{test_database().engine(), PoolConfig{}};
    Session reader = other.session();
    for (std::int64_t i = 0; i < 50; ++i) {
        database().submit(TransactionMode::write, [i](Session& s) { insert(s, i); }).get();
        ASSERT_EQ(reader.query_one<std::int64_t>("SELECT count(*) FROM items WHERE id = ?", i), 1);
    }
}

/// Submits from eight threads until it is killed, and tells which were answered.
[[noreturn]] void submit_until_killed(const testing::TestDatabase& test_database, int tell) {
    Database database{test_database.engine(), PoolConfig{}};
    std::atomic<std::int64_t> next{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            for (;;) {
                const std::int64_t id = ++next;
                database
                    .submit(
                        TransactionMode::write,
                        [id](Session& s) { s.execute("INSERT INTO items (id) VALUES (?)", id); })
                    .get();
                if (::write(tell, &id, sizeof id) != sizeof id) {
                    ::_exit(1);
                }
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    ::_exit(1);
}

TEST_F(SharedCommitTest, no_answered_write_is_lost_when_the_process_is_killed) {
    close();
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe(ends.data()), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::close(ends[0]);
        submit_until_killed(test_database(), ends[1]);
    }
    ::close(ends[1]);
    std::set<std::int64_t> answered;
    const auto read_one = [&] {
        std::int64_t id = 0;
        const bool got = ::read(ends[0], &id, sizeof id) == sizeof id;
        if (got) {
            answered.insert(id);
        }
        return got;
    };
    while (answered.size() < 400 && read_one()) {}
    ::kill(child, SIGKILL);
    while (read_one()) {}
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status));
    EXPECT_GE(answered.size(), 400U);
    open({});
    const std::set<std::int64_t> kept = ids();
    for (const std::int64_t id : answered) {
        ASSERT_TRUE(kept.contains(id)) << "write " << id << " was answered and is lost";
    }
}

}  // namespace
}  // namespace enginebay
