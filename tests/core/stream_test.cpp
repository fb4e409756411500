// SPDX-License-Identifier: BSL-1.0
// Streams: many rows in flat memory, left early, cancelled, failing and killed on the way.
#include "support/database_test.hpp"
#include "support/errors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace enginebay {
namespace {

using testing::code_of;

/// 1 to n, made by the database; the text makes a row as long as one of a real table.
constexpr std::string_view numbers_sql =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) "
    "SELECT i, 'some text that goes along with every row of the result, as real rows have it' "
    "FROM n";
constexpr std::int64_t endless = 2'000'000'000;

std::size_t resident_bytes() {
    std::ifstream file{"/proc/self/statm"};
    std::size_t pages = 0;
    file >> pages >> pages;
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

class StreamTest : public testing::DatabaseTest {
protected:
    void make_tables() override {
        database().session().execute(
            "CREATE TABLE many (id BIGINT PRIMARY KEY, name TEXT NOT NULL)");
    }

    void fill(std::int64_t rows) {
        Session session = database().session();
        std::int64_t next = 0;
        session.copy_in("many", {"id", "name"},
                        [&]() -> std::optional<std::tuple<std::int64_t, std::string>> {
                            if (next == rows) {
                                return std::nullopt;
                            }
                            ++next;
                            return std::tuple{next, "the row number " + std::to_string(next)};
                        });
    }
};

bool usable(Session& session) { return session.query_one<std::int64_t>("SELECT 1") == 1; }

// A sanitizer keeps freed memory back for a while, and more for each byte in use.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::size_t allowed_growth = std::size_t{768} * 1024 * 1024;
#else
constexpr std::size_t allowed_growth = std::size_t{16} * 1024 * 1024;
#endif

TEST_F(StreamTest, a_million_rows_need_no_memory) {
    constexpr std::int64_t rows = 1'000'000;
    fill(rows);
    Session session = database().session();
    session.query_all<std::int64_t>("SELECT count(*) FROM many");
    const std::size_t before = resident_bytes();
    std::size_t most = before;
    std::int64_t sum = 0;
    std::int64_t count = 0;
    for (const auto& [id, name] :
         session.stream<std::int64_t, std::string_view>("SELECT id, name FROM many")) {
        sum += id;
        if (++count % 50'000 == 0) {
            most = std::max(most, resident_bytes());
        }
    }
    EXPECT_EQ(count, rows);
    EXPECT_EQ(sum, rows * (rows + 1) / 2);
    EXPECT_LT(most - before, allowed_growth);
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, rows_values_and_types_are_those_of_a_query) {
    Session session = database().session();
    session.execute(
        "CREATE TABLE kinds (id BIGINT PRIMARY KEY, whole INTEGER, real DOUBLE PRECISION, "
        "word TEXT)");
    session.execute("INSERT INTO kinds VALUES (1, 7, 1.5, 'one'), (2, NULL, NULL, NULL)");
    using Row = std::tuple<std::int64_t, std::optional<int>, std::optional<double>,
                           std::optional<std::string>>;
    std::vector<Row> seen;
    for (const auto& row : session.stream<std::int64_t, std::optional<int>, std::optional<double>,
                                          std::optional<std::string>>(
             "SELECT * FROM kinds WHERE id < ? ORDER BY id", 10)) {
        seen.push_back(row);
    }
    EXPECT_EQ(seen, (std::vector<Row>{{1, 7, 1.5, "one"}, {2, {}, {}, {}}}));
    for ([[maybe_unused]] const std::int64_t id :
         session.stream<std::int64_t>("SELECT id FROM kinds WHERE id > 99")) {
        FAIL() << "no row was there";
    }
    EXPECT_EQ(code_of([&] { (void)session.stream<std::int64_t>("SELECT id, word FROM kinds"); }),
              Errc::statement);
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, an_endless_query_can_be_left) {
    Session session = database().session();
    const auto started = std::chrono::steady_clock::now();
    for (const auto& [number, text] :
         session.stream<std::int64_t, std::string_view>(numbers_sql, endless)) {
        if (number == 1'000) {
            break;
        }
    }
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds{10});
    EXPECT_FALSE(session.in_transaction());
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, leaving_early_inside_a_transaction_keeps_the_transaction) {
    Session session = database().session();
    Transaction transaction = session.transaction(TransactionMode::write);
    session.execute("INSERT INTO many VALUES (1, 'kept')");
    for (const auto& [number, text] :
         session.stream<std::int64_t, std::string_view>(numbers_sql, 100'000)) {
        EXPECT_TRUE(session.in_transaction());
        if (number == 10) {
            break;
        }
    }
    EXPECT_TRUE(session.in_transaction());
    session.execute("INSERT INTO many VALUES (2, 'kept')");
    transaction.commit();
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM many"), 2);
}

TEST_F(StreamTest, a_transaction_can_be_undone_while_rows_come) {
    Session session = database().session();
    {
        const Transaction transaction = session.transaction(TransactionMode::write);
        session.execute("INSERT INTO many VALUES (1, 'gone')");
        auto rows = session.stream<std::int64_t, std::string_view>(numbers_sql, endless);
        auto it = rows.begin();
        ASSERT_NE(it, rows.end());
        session.connection().rollback();  // an endless query is not read to its end for that
    }
    EXPECT_FALSE(session.in_transaction());
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM many"), 0);
}

TEST_F(StreamTest, outside_a_transaction_there_is_none_while_rows_come) {
    Session session = database().session();
    for ([[maybe_unused]] const auto& row :
         session.stream<std::int64_t, std::string_view>(numbers_sql, 1'000)) {
        EXPECT_FALSE(session.in_transaction());
    }
    EXPECT_FALSE(session.in_transaction());
}

TEST_F(StreamTest, one_statement_at_a_time) {
    Session session = database().session();
    auto rows = session.stream<std::int64_t, std::string_view>(numbers_sql, 100'000);
    auto it = rows.begin();
    ASSERT_NE(it, rows.end());
    try {
        session.execute("DELETE FROM many");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::cursor_open);
        EXPECT_NE(std::string{error.what()}.find("WITH RECURSIVE"), std::string::npos)
            << error.what();
    }
    EXPECT_EQ(code_of([&] { (void)session.stream<std::int64_t>("SELECT 1"); }), Errc::cursor_open);
    EXPECT_EQ(code_of([&] { (void)session.transaction(TransactionMode::read); }),
              Errc::cursor_open);
    ++it;
    EXPECT_EQ(std::get<0>(*it), 2) << "the stream goes on";
}

TEST_F(StreamTest, a_cancel_ends_it_with_an_error) {
    Session session = database().session();
    std::jthread canceller;
    std::int64_t seen = 0;
    EXPECT_EQ(code_of([&] {
                  for ([[maybe_unused]] const auto& row :
                       session.stream<std::int64_t, std::string_view>(numbers_sql, endless)) {
                      if (++seen == 100) {
                          canceller = std::jthread{[&session] { session.cancel(); }};
                      }
                  }
              }),
              Errc::cancelled);
    canceller = {};
    EXPECT_GE(seen, 100);
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, a_stop_request_ends_it_with_an_error) {
    std::stop_source stop;
    {
        Session session = database().session();
        session.stop_with(stop.get_token());
        EXPECT_EQ(code_of([&] {
                      for (const auto& [number, text] :
                           session.stream<std::int64_t, std::string_view>(numbers_sql, endless)) {
                          if (number == 100) {
                              stop.request_stop();
                          }
                      }
                  }),
                  Errc::cancelled);
    }
    Session session = database().session();
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, an_error_in_the_middle_is_named_and_the_session_goes_on) {
    fill(50'000);
    Session session = database().session();
    session.execute("CREATE TABLE spoilt (id BIGINT PRIMARY KEY, word TEXT)");
    session.execute("INSERT INTO spoilt SELECT id, '1' FROM many");
    session.execute("UPDATE spoilt SET word = NULL WHERE id = 40000");
    std::int64_t seen = 0;
    try {
        for ([[maybe_unused]] const auto& [id, word] :
             session.stream<std::int64_t, std::string_view>(
                 "SELECT id, word FROM spoilt ORDER BY id")) {
            ++seen;
        }
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::value);
        EXPECT_NE(std::string{error.what()}.find("\"word\""), std::string::npos) << error.what();
    }
    EXPECT_EQ(seen, 39'999);
    // One that the database itself finds, when rows are on their way already.
    seen = 0;
    constexpr std::string_view overflow =
        "SELECT abs(-9223372036854775807 - (CASE WHEN id < 40000 THEN 0 ELSE 1 END)) "
        "FROM (SELECT id FROM many ORDER BY id) AS ordered";
    try {
        for ([[maybe_unused]] const auto& row : session.stream<Value>(overflow)) {
            ++seen;
        }
        FAIL();
    } catch (const Error& error) {
        EXPECT_FALSE(error.sql().empty()) << error.what();
    }
    EXPECT_GT(seen, 1'000);
    EXPECT_FALSE(session.in_transaction());
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, a_connection_killed_in_the_middle_is_an_error_and_replaced) {
    {
        Session session = database().session();
        bool killed = false;
        const auto read = [&] {
            for (const auto& [number, text] :
                 session.stream<std::int64_t, std::string_view>(numbers_sql, endless)) {
                if (number != 100) {
                    continue;
                }
                killed = backend().kill_connections(test_database());
                if (!killed) {
                    break;
                }
            }
        };
        try {
            read();
            EXPECT_FALSE(killed) << "the stream went on without a connection";
        } catch (const Error& error) {
            EXPECT_TRUE(killed);
            EXPECT_EQ(error.code(), Errc::connection_lost) << error.what();
        }
    }
    Session session = database().session();
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, a_session_given_back_in_the_middle_is_clean) {
    for (int round = 0; round < 3; ++round) {
        Session session = database().session();
        // The range is left open behind the session's back, as an exception might.
        Cursor& cursor = session.stream_encoded(
            numbers_sql, std::vector<ValueView>{ValueView::integer(endless)});
        ASSERT_NE(cursor.next(), nullptr);
    }
    EXPECT_EQ(database().pool_status().connects, 1U);
    Session session = database().session();
    EXPECT_TRUE(usable(session));
}

TEST_F(StreamTest, a_changed_table_is_streamed_as_it_is_now) {
    Session session = database().session();
    session.execute("INSERT INTO many VALUES (1, 'one')");
    const auto columns = [&session] {
        Cursor& cursor = session.stream_encoded("SELECT * FROM many", {});
        const std::size_t count = cursor.column_count();
        EXPECT_NE(cursor.next(), nullptr);
        cursor.close();
        return count;
    };
    EXPECT_EQ(columns(), 2U);
    {
        Session other = database().session();
        other.execute("ALTER TABLE many ADD COLUMN more BIGINT");
    }
    EXPECT_EQ(columns(), 3U);
}

}  // namespace
}  // namespace enginebay
