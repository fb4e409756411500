// SPDX-License-Identifier: BSL-1.0
// Transactions and savepoints of sessions: kept, undone and run again, on every backend.
#include "session_fixture.hpp"

#include <atomic>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using testing::code_of;

TEST_F(SessionTest, a_transaction_left_without_commit_is_undone) {
    Session session = database().session();
    {
        const Transaction transaction = session.transaction(TransactionMode::write);
        insert(session, 1, "gone");
        EXPECT_TRUE(session.in_transaction());
    }
    EXPECT_FALSE(session.in_transaction());
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 0);
    Transaction transaction = session.transaction(TransactionMode::write);
    insert(session, 1, "kept");
    transaction.commit();
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 1);
}

TEST_F(SessionTest, savepoints_undo_their_part_only) {
    Session session = database().session();
    EXPECT_EQ(code_of([&] { const Savepoint outside = session.savepoint(); }), Errc::usage);
    Transaction transaction = session.transaction(TransactionMode::write);
    insert(session, 1, "kept");
    {
        const Savepoint outer = session.savepoint();
        insert(session, 2, "undone with the outer one");
        Savepoint inner = session.savepoint();
        insert(session, 3, "released into the outer one");
        inner.release();
    }
    {
        Savepoint failing = session.savepoint();
        EXPECT_EQ(code_of([&] { insert(session, 1, "twice"); }), Errc::unique_violation);
        failing.rollback();
    }
    insert(session, 4, "kept");
    transaction.commit();
    EXPECT_EQ(session.query_all<std::int64_t>("SELECT id FROM people ORDER BY id"),
              (std::vector<std::int64_t>{1, 4}));
}

TEST_F(SessionTest, a_part_that_cannot_be_undone_is_not_committed_with_the_rest) {
    Session session = database().session();
    insert(session, 1, "one");
    insert(session, 2, "two");
    {
        Transaction transaction = session.transaction(TransactionMode::write);
        {
            std::optional<Rows<std::string>> rows;
            {
                const Savepoint savepoint = session.savepoint();
                insert(session, 3, "to be undone");
                rows.emplace(session.query<std::string>("SELECT name FROM people"));
                rows->begin();
            }
        }
        EXPECT_EQ(code_of([&] { transaction.commit(); }), Errc::transaction_aborted);
    }
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 2);
}

TEST_F(SessionTest, savepoints_one_after_another_use_one_name) {
    Session session = database().session();
    const Transaction transaction = session.transaction(TransactionMode::write);
    for (int i = 0; i < 1'000; ++i) {
        Savepoint savepoint = session.savepoint();
        savepoint.release();
    }
    EXPECT_EQ(code_of([&] { session.execute("RELEASE SAVEPOINT enginebay_1"); }), Errc::statement);
}

TEST_F(SessionTest, what_a_session_left_behind_is_gone_for_the_next) {
    {
        Session session = database().session();
        session.execute("CREATE TEMPORARY TABLE left_behind (id BIGINT)");
    }
    Session session = database().session();
    EXPECT_EQ(code_of([&] { session.execute("INSERT INTO left_behind (id) VALUES (1)"); }),
              Errc::statement);
}

TEST_F(SessionTest, a_read_transaction_refuses_writes) {
    EXPECT_EQ(code_of([&] {
                  database().transaction(TransactionMode::read,
                                         [](Session& session) { insert(session, 1, "no"); });
              }),
              Errc::read_only);
    Session session = database().session();
    insert(session, 1, "a session that read may write afterwards");
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 1);
}

TEST_F(SessionTest, transaction_gives_the_function_s_result) {
    const std::int64_t count = database().transaction(TransactionMode::write, [](Session& session) {
        insert(session, 1, "one");
        return session.query_one<std::int64_t>("SELECT count(*) FROM people");
    });
    EXPECT_EQ(count, 1);
}

TEST_F(SessionTest, transactions_that_collide_all_happen) {
    {
        Session session = database().session();
        session.execute("INSERT INTO people (id, name, age) VALUES (1, 'counter', 0)");
        session.execute("INSERT INTO people (id, name, age) VALUES (2, 'counter', 0)");
    }
    constexpr int threads = 4;
    constexpr int rounds = 25;
    std::vector<std::jthread> workers;
    for (int worker = 0; worker < threads; ++worker) {
        workers.emplace_back([this, worker] {
            for (int round = 0; round < rounds; ++round) {
                // Half of them take the rows in the other order: deadlocks where there are row
                // locks.
                const std::int64_t first = worker % 2 == 0 ? 1 : 2;
                database().transaction(
                    TransactionMode::write,
                    [first](Session& session) {
                        session.execute("UPDATE people SET age = age + 1 WHERE id = ?", first);
                        session.execute("UPDATE people SET age = age + 1 WHERE id = ?", 3 - first);
                    },
                    RetryPolicy{50, std::chrono::milliseconds{2}, std::chrono::milliseconds{50}});
            }
        });
    }
    workers.clear();
    Session session = database().session();
    EXPECT_EQ(session.query_all<int>("SELECT age FROM people ORDER BY id"),
              (std::vector<int>{threads * rounds, threads * rounds}));
}

TEST_F(SessionTest, a_failing_transaction_is_run_again_as_often_as_allowed) {
    int runs = 0;
    EXPECT_EQ(code_of([&] {
                  database().transaction(
                      TransactionMode::write,
                      [&runs](Session&) {
                          ++runs;
                          throw Error(Errc::serialization, "again");
                      },
                      RetryPolicy{3, std::chrono::milliseconds{1}, std::chrono::milliseconds{2}});
              }),
              Errc::serialization);
    EXPECT_EQ(runs, 3);
    runs = 0;
    EXPECT_EQ(code_of([&] {
                  database().transaction(TransactionMode::write, [&runs](Session&) {
                      ++runs;
                      throw Error(Errc::in_doubt, "who knows");
                  });
              }),
              Errc::in_doubt);
    EXPECT_EQ(runs, 1) << "an unknown outcome is never run again";
}

}  // namespace
}  // namespace enginebay
