// SPDX-License-Identifier: BSL-1.0
// Sessions: typed statements, rows, transactions, on every backend.
#include "support/backend.hpp"
#include "support/errors.hpp"

#include <enginebay/database.hpp>

#include <gtest/gtest.h>

#include <atomic>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace enginebay {
namespace {

using testing::code_of;

struct Person {
    std::int64_t id{0};
    std::string name;
    std::optional<std::int32_t> age;
    std::optional<Timestamp> seen;
    bool operator==(const Person&) const = default;
};

constexpr auto fields(const Person* /*tag*/) {
    return std::tuple{field("id", &Person::id), field("name", &Person::name),
                      field("age", &Person::age), field("seen", &Person::seen)};
}

struct Key {
    std::int64_t id{0};
};

constexpr auto fields(const Key* /*tag*/) { return std::tuple{field("id", &Key::id)}; }

Table people() {
    Table table;
    table.name = "people";
    table.columns = {Column{"id", ColumnType::integer, false, {}, {}, {}},
                     Column{"name", ColumnType::text, false, {}, {}, {}},
                     Column{"age", ColumnType::integer, true, {}, {}, {}},
                     Column{"seen", ColumnType::timestamp, true, {}, {}, {}}};
    table.primary_key = {"id"};
    return table;
}

class SessionTest : public testing::BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        test_database_.emplace(create_database());
        PoolConfig pool;
        pool.timeout = std::chrono::seconds{10};
        database_.emplace(test_database_->engine(), pool);
        Session session = database_->session();
        const auto migrator = database_->engine().migrator();
        for (const std::string& sql : migrator->render(CreateTable{people()}, {})) {
            session.execute(sql);
        }
    }

    void TearDown() override { database_.reset(); }

    Database& database() { return *database_; }
    testing::TestDatabase& test_database() { return *test_database_; }

    static void insert(Session& session, std::int64_t id, std::string_view name) {
        session.execute("INSERT INTO people (id, name) VALUES (?, ?)", id, name);
    }

private:
    std::optional<testing::TestDatabase> test_database_;
    std::optional<Database> database_;
};

const Timestamp some_time{std::chrono::microseconds{1'700'000'000'123'456}};

TEST_F(SessionTest, structs_go_in_and_come_back) {
    Session session = database().session();
    const Person ada{1, "Ada", 36, some_time};
    const Person bob{2, "Bob", std::nullopt, std::nullopt};
    session.upsert("people", {"id"}, ada);
    session.upsert("people", {"id"}, bob);
    EXPECT_EQ(session.query_all<Person>("SELECT id, name, age, seen FROM people ORDER BY id"),
              (std::vector{ada, bob}));
    // The order of the columns in the query does not matter.
    EXPECT_EQ(session.query_one<Person>("SELECT seen, age, name, id FROM people WHERE id = ?", 1),
              ada);
}

TEST_F(SessionTest, upsert_replaces_what_is_there) {
    Session session = database().session();
    session.upsert("people", {"id"}, Person{1, "Ada", 36, some_time});
    session.upsert("people", {"id"}, Person{1, "Countess", std::nullopt, some_time});
    const auto all =
        session.query_all<std::string, std::optional<int>>("SELECT name, age FROM people");
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(std::get<0>(all[0]), "Countess");
    EXPECT_EQ(std::get<1>(all[0]), std::nullopt);
}

TEST_F(SessionTest, rows_are_tuples_or_scalars) {
    Session session = database().session();
    insert(session, 1, "one");
    insert(session, 2, "two");
    std::vector<std::string> seen;
    for (const auto& [id, name] :
         session.query<std::int64_t, std::string_view>("SELECT id, name FROM people ORDER BY id")) {
        seen.push_back(std::to_string(id) + "=" + std::string{name});
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"1=one", "2=two"}));
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 2);
    EXPECT_EQ(session.query_optional<std::string>("SELECT name FROM people WHERE id = ?", 9),
              std::nullopt);
}

TEST_F(SessionTest, one_row_means_one_row) {
    Session session = database().session();
    insert(session, 1, "one");
    insert(session, 2, "two");
    EXPECT_EQ(code_of([&] { session.query_one<std::string>("SELECT name FROM people"); }),
              Errc::statement);
    EXPECT_EQ(
        code_of([&] { session.query_one<std::string>("SELECT name FROM people WHERE id = 7"); }),
        Errc::statement);
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 2)
        << "the session goes on";
}

TEST_F(SessionTest, errors_name_the_column) {
    Session session = database().session();
    insert(session, 1, "one");
    try {
        session.query_one<std::int64_t>("SELECT age FROM people");
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(),
                     "column \"age\" holds NULL, and the program asked for an integer");
    }
    try {
        session.upsert("people", {"id"}, Person{1, "\xFF", {}, {}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.object(), "name");
    }
    EXPECT_EQ(code_of([&] { session.query_one<Person>("SELECT id, name, age FROM people"); }),
              Errc::statement);
}

TEST_F(SessionTest, leaving_a_range_early_frees_the_session) {
    Session session = database().session();
    for (int i = 0; i < 1'000; ++i) {
        insert(session, i, "somebody");
    }
    for (const std::int64_t id : session.query<std::int64_t>("SELECT id FROM people ORDER BY id")) {
        if (id == 3) {
            break;
        }
    }
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 1'000);
}

TEST_F(SessionTest, a_second_statement_during_a_range_names_the_open_one) {
    Session session = database().session();
    insert(session, 1, "one");
    insert(session, 2, "two");
    auto rows = session.query<std::string>("SELECT name FROM people");
    auto it = rows.begin();
    ASSERT_NE(it, rows.end());
    try {
        session.execute("DELETE FROM people");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::cursor_open);
        EXPECT_NE(std::string{error.what()}.find("SELECT name FROM people"), std::string::npos)
            << error.what();
    }
}

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

TEST_F(SessionTest, a_query_that_failed_runs_again) {
    Session session = database().session();
    const char* sql = "INSERT INTO people (id, name) VALUES (?, ?) RETURNING id";
    EXPECT_EQ(session.query_one<std::int64_t>(sql, 1, "one"), 1);
    EXPECT_EQ(code_of([&] { session.query_one<std::int64_t>(sql, 1, "twice"); }),
              Errc::unique_violation);
    EXPECT_EQ(session.query_one<std::int64_t>(sql, 2, "two"), 2);
}

TEST_F(SessionTest, placeholders_are_plain_question_marks) {
    Session session = database().session();
    for (const char* sql : {"SELECT ?1 + ?1", "SELECT :a", "SELECT @a"}) {
        EXPECT_THROW(session.query_one<std::int64_t>(sql, 2), Error) << sql;
    }
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

TEST_F(SessionTest, a_stop_request_ends_the_statement_and_all_later_ones) {
    std::stop_source stop;
    Session session = database().session();
    session.stop_with(stop.get_token());
    insert(session, 1, "before");
    std::jthread stopper{[&stop] {
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
        stop.request_stop();
    }};
    const auto started = std::chrono::steady_clock::now();
    EXPECT_EQ(code_of([&] {
                  session.query_one<std::int64_t>(
                      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                      "2000000000) SELECT count(*) FROM n");
              }),
              Errc::cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{5});
    EXPECT_EQ(code_of([&] { session.query_one<std::int64_t>("SELECT 1"); }), Errc::cancelled);
    session = database().session();
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 1)
        << "the next session is not stopped";
}

TEST_F(SessionTest, the_next_user_finds_a_clean_session) {
    {
        Session session = database().session();
        session.execute("BEGIN");
        insert(session, 1, "left open");
    }
    Session session = database().session();
    EXPECT_FALSE(session.in_transaction());
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM people"), 0);
}

TEST_F(SessionTest, a_struct_of_keys_alone_can_be_upserted) {
    Session session = database().session();
    insert(session, 1, "one");
    session.execute("CREATE TABLE only_keys (id BIGINT PRIMARY KEY)");
    session.upsert("only_keys", {"id"}, Key{4});
    session.upsert("only_keys", {"id"}, Key{4});
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM only_keys"), 1);
}

TEST_F(SessionTest, an_upsert_by_a_column_that_is_not_in_the_row_is_refused) {
    Session session = database().session();
    EXPECT_EQ(code_of([&] { session.upsert("people", {"name"}, Key{4}); }), Errc::usage);
}

TEST_F(SessionTest, a_lost_connection_is_replaced) {
    {
        Session session = database().session();
        insert(session, 1, "one");
    }
    if (!backend().kill_connections(test_database())) {
        EXPECT_FALSE(backend().has(Capability::remote_lock))
            << "a server can always end connections";
        return;
    }
    // Within the second in which a connection is trusted: transaction() finds out and runs again.
    EXPECT_EQ(database().transaction(TransactionMode::write,
                                     [](Session& session) {
                                         return session.query_one<std::int64_t>(
                                             "SELECT count(*) FROM people");
                                     }),
              1);
}

// The moment between the look at the token and the start of the statement is short: many tries.
TEST_F(SessionTest, a_stop_request_is_never_lost) {
    const std::string endless =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
        "SELECT count(*) FROM n";
    for (int i = 0; i < 300; ++i) {
        std::stop_source stop;
        std::atomic<bool> ready{false};
        std::jthread stopper{[&] {
            while (!ready) {}
            stop.request_stop();
        }};
        Session session = database().session();
        session.stop_with(stop.get_token());
        ready = true;
        EXPECT_EQ(code_of([&] { session.query_one<std::int64_t>(endless); }), Errc::cancelled);
    }
}

}  // namespace
}  // namespace enginebay
