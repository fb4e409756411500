// SPDX-License-Identifier: BSL-1.0
// Cases of Cursor in connection.hpp: one open query at a time, and how it ends.
#include "cases.hpp"
#include "scene.hpp"

namespace enginebay::conformance {
namespace {

constexpr std::string_view open_sql = "SELECT id, v FROM t ORDER BY id";

// The message must help to find the query that is still open.
template <class Call>
void is_refused_while_open(Connection& connection, const char* what, Call&& call) {
    Cursor& cursor = query(connection, open_sql);
    ASSERT_NE(cursor.next(), nullptr);
    const Error error = error_of(std::forward<Call>(call));
    EXPECT_EQ(error.code(), Errc::cursor_open) << what;
    EXPECT_NE(std::string{error.what()}.find(open_sql), std::string::npos)
        << what << ": " << error.what();
    EXPECT_NE(cursor.next(), nullptr) << what << ": the open cursor goes on";
    cursor.close();
}

void other_statements_are_refused_while_one_is_open(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    is_refused_while_open(*connection, "query", [&] { query(*connection, "SELECT 1"); });
    is_refused_while_open(*connection, "the same query", [&] { query(*connection, open_sql); });
    is_refused_while_open(*connection, "execute", [&] { execute(*connection, "DELETE FROM t"); });
    is_refused_while_open(*connection, "begin", [&] { connection->begin(TransactionMode::write); });
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 3);
}

void commit_is_refused_while_one_is_open(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    connection->begin(TransactionMode::write);
    execute(*connection, "UPDATE t SET v = 'two'");
    is_refused_while_open(*connection, "commit", [&] { connection->commit(); });
    connection->commit();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t WHERE v = 'two'"), 3);
}

void rollback_closes_it(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    connection->begin(TransactionMode::read);
    ASSERT_NE(query(*connection, open_sql).next(), nullptr);
    connection->rollback();
    EXPECT_FALSE(connection->in_transaction());
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 3);
}

void reset_closes_it(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    ASSERT_NE(query(*connection, open_sql).next(), nullptr);
    connection->reset();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 3);
}

void alive_and_in_transaction_may_be_asked_meanwhile(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 2);
    Cursor& cursor = query(*connection, open_sql);
    EXPECT_NE(cursor.next(), nullptr);
    EXPECT_TRUE(connection->alive());
    EXPECT_FALSE(connection->in_transaction());
    EXPECT_NE(cursor.next(), nullptr);
    EXPECT_EQ(cursor.next(), nullptr);
    cursor.close();
}

// After the last row nothing has to be closed by hand for the next statement to run.
void the_end_stays_the_end(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 1);
    Cursor& cursor = query(*connection, open_sql);
    EXPECT_NE(cursor.next(), nullptr);
    EXPECT_EQ(cursor.next(), nullptr);
    EXPECT_EQ(cursor.next(), nullptr);
    cursor.close();
    cursor.close();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
}

void a_big_result_may_be_left_early(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    const auto begin = std::chrono::steady_clock::now();
    for (int round = 0; round < 3; ++round) {
        Cursor& cursor = query(*connection,
                               "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                               "WHERE i < 300000) SELECT i, 'some text that makes it wide' FROM n");
        ASSERT_NE(cursor.next(), nullptr);
        ASSERT_NE(cursor.next(), nullptr);
        cursor.close();
        EXPECT_EQ(number(*connection, "SELECT 7"), 7);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
}

void columns_have_names_also_without_rows(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    Cursor& cursor =
        query(*connection, "SELECT id, v AS \"a b\", 1 AS \"Upper\", id FROM t WHERE id > 5");
    ASSERT_EQ(cursor.column_count(), 4U);
    EXPECT_EQ(cursor.column_name(0), "id");
    EXPECT_EQ(cursor.column_name(1), "a b");
    EXPECT_EQ(cursor.column_name(2), "Upper");
    EXPECT_EQ(cursor.column_name(3), "id");
    EXPECT_EQ(cursor.next(), nullptr);
    cursor.close();
}

void a_statement_without_rows_has_no_columns(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    Cursor& cursor = query(*connection, "INSERT INTO t (id) VALUES (?)", {integer(9)});
    EXPECT_EQ(cursor.column_count(), 0U);
    EXPECT_EQ(cursor.next(), nullptr);
    cursor.close();
    EXPECT_EQ(number(*connection, "SELECT id FROM t"), 9);
}

void an_insert_returns_rows(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    EXPECT_EQ(text(*connection, "INSERT INTO t (id, v) VALUES (?, ?) RETURNING v",
                   {integer(1), words("x")}),
              "x");
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 1);
}

void an_error_between_rows_closes_it(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection, 3);
    const Error error = error_of([&] {
        Cursor& cursor = query(*connection,
                               "SELECT abs(CASE WHEN id < 3 THEN id ELSE "
                               "-9223372036854775807 - 1 END) FROM t ORDER BY id");
        while (cursor.next() != nullptr) {}
    });
    EXPECT_NE(error.code(), Errc::cursor_open);
    EXPECT_NE(error.code(), Errc::internal) << error.what();
    EXPECT_EQ(number(*connection, "SELECT count(*) FROM t"), 3);
}

void a_query_that_fails_opens_nothing(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(code_of([&] { query(*connection, "SELECT nothing FROM nowhere"); }), Errc::statement);
    EXPECT_EQ(number(*connection, "SELECT 5"), 5);
}

void cells_are_valid_until_the_next_row(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    create_numbers(*connection);
    for (int id = 0; id < 50; ++id) {
        execute(*connection, "INSERT INTO t (id, v) VALUES (?, ?)",
                {integer(id), words(std::string(static_cast<std::size_t>(id) * 100, 'a'))});
    }
    Cursor& cursor = query(*connection, open_sql);
    std::int64_t expected = 0;
    while (const ValueView* cells = cursor.next()) {
        EXPECT_EQ(cells[0].as_integer(), expected);
        EXPECT_EQ(cells[1].as_text(), std::string(static_cast<std::size_t>(expected) * 100, 'a'));
        ++expected;
    }
    cursor.close();
    EXPECT_EQ(expected, 50);
}

constexpr std::array<Case, 13> cases{{
    {"other_statements_are_refused_while_one_is_open",
     other_statements_are_refused_while_one_is_open},
    {"commit_is_refused_while_one_is_open", commit_is_refused_while_one_is_open},
    {"rollback_closes_it", rollback_closes_it},
    {"reset_closes_it", reset_closes_it},
    {"alive_and_in_transaction_may_be_asked_meanwhile",
     alive_and_in_transaction_may_be_asked_meanwhile},
    {"the_end_stays_the_end", the_end_stays_the_end},
    {"a_big_result_may_be_left_early", a_big_result_may_be_left_early},
    {"columns_have_names_also_without_rows", columns_have_names_also_without_rows},
    {"a_statement_without_rows_has_no_columns", a_statement_without_rows_has_no_columns},
    {"an_insert_returns_rows", an_insert_returns_rows},
    {"an_error_between_rows_closes_it", an_error_between_rows_closes_it},
    {"a_query_that_fails_opens_nothing", a_query_that_fails_opens_nothing},
    {"cells_are_valid_until_the_next_row", cells_are_valid_until_the_next_row},
}};

}  // namespace

std::span<const Case> cursor_cases() { return cases; }

}  // namespace enginebay::conformance
