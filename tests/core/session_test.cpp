// SPDX-License-Identifier: BSL-1.0
// Sessions: typed statements and rows, stop requests and lost connections, on every backend.
#include "session_fixture.hpp"

#include <stop_token>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using testing::code_of;

struct Key {
    std::int64_t id{0};
};

constexpr auto fields(const Key* /*tag*/) { return std::tuple{field("id", &Key::id)}; }

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
