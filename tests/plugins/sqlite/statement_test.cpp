// SPDX-License-Identifier: BSL-1.0
// Statements: what SQLite reports, and what is kept of it.
#include "fixture.hpp"

#include <enginebay/extensions.hpp>

#include <sqlite3.h>

#include <chrono>
#include <cmath>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace enginebay::testing {
namespace {

class StatementTest : public SqliteTest {
protected:
    std::unique_ptr<Connection> connection_ = connect();
};

TEST_F(StatementTest, errors_carry_the_extended_code_and_the_object) {
    execute(*connection_,
            "CREATE TABLE t (id INTEGER PRIMARY KEY, u TEXT UNIQUE, n TEXT NOT NULL DEFAULT '', "
            "c INTEGER CONSTRAINT small CHECK (c < 10), p INTEGER REFERENCES t (id))");
    execute(*connection_, "INSERT INTO t (id, u) VALUES (1, 'a')");
    struct Expected {
        const char* sql;
        Errc code;
        std::int64_t native;
        const char* object;
    };
    for (const Expected& e : {
             Expected{"INSERT INTO t (u) VALUES ('a')", Errc::unique_violation,
                      SQLITE_CONSTRAINT_UNIQUE, "t.u"},
             Expected{"INSERT INTO t (id) VALUES (1)", Errc::unique_violation,
                      SQLITE_CONSTRAINT_PRIMARYKEY, "t.id"},
             Expected{"INSERT INTO t (n) VALUES (NULL)", Errc::not_null_violation,
                      SQLITE_CONSTRAINT_NOTNULL, "t.n"},
             Expected{"INSERT INTO t (c) VALUES (11)", Errc::check_violation,
                      SQLITE_CONSTRAINT_CHECK, "small"},
             Expected{"INSERT INTO t (p) VALUES (99)", Errc::foreign_key_violation,
                      SQLITE_CONSTRAINT_FOREIGNKEY, ""},
             Expected{"SELECT * FROM nowhere", Errc::statement, SQLITE_ERROR, "nowhere"},
             Expected{"SELECT absent FROM t", Errc::statement, SQLITE_ERROR, "absent"},
             Expected{"SELECT \"absent\" FROM t", Errc::statement, SQLITE_ERROR, "absent"},
             Expected{"INSERT INTO t (x) VALUES (1)", Errc::statement, SQLITE_ERROR, "t.x"},
             Expected{"CREATE TABLE t (a)", Errc::statement, SQLITE_ERROR, "t"},
             Expected{"INSERT INTO t (id) VALUES ('text')", Errc::value, SQLITE_MISMATCH, ""},
         }) {
        const Error error = error_of([&] { execute(*connection_, e.sql); });
        EXPECT_EQ(error.code(), e.code) << error.what();
        EXPECT_EQ(error.native_code(), e.native) << error.what();
        EXPECT_EQ(error.object(), e.object) << error.what();
        EXPECT_EQ(error.sql(), e.sql);
    }
}

TEST_F(StatementTest, a_long_statement_is_cut_in_the_message_and_whole_in_the_error) {
    const std::string sql = "SELECT absent -- " + std::string(500, 'x') + "\xc3\xbc";
    const Error error = error_of([&] { execute(*connection_, sql); });
    EXPECT_EQ(error.sql(), sql);
    EXPECT_LT(std::string_view{error.what()}.size(), 400U);
}

TEST_F(StatementTest, a_nul_byte_in_the_text_is_refused) {
    EXPECT_EQ(error_of([&] { execute(*connection_, {"SELECT 1\0, 2", 12}); }).code(), Errc::usage);
}

TEST_F(StatementTest, not_a_number_is_refused) {
    const Error error =
        error_of([&] { execute(*connection_, "SELECT ?", {ValueView::real(std::nan(""))}); });
    EXPECT_EQ(error.code(), Errc::value);
}

TEST_F(StatementTest, a_timestamp_outside_of_four_digit_years_is_refused) {
    using namespace std::chrono;
    const Timestamp late = sys_days{10000y / January / 1};
    EXPECT_EQ(error_of([&] { ask(*connection_, "SELECT ?", {ValueView::timestamp(late)}); }).code(),
              Errc::value);
    EXPECT_EQ(ask(*connection_, "SELECT ?", {ValueView::timestamp(late - microseconds{1})}),
              "9999-12-31 23:59:59.999999");
}

TEST_F(StatementTest, counts_are_those_of_the_statement_not_of_its_triggers) {
    execute(*connection_, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
    execute(*connection_, "CREATE TABLE log (a TEXT)");
    execute(
        *connection_,
        "CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.a), ('x'); END");
    EXPECT_EQ(execute(*connection_, "INSERT INTO t (a) VALUES ('1'), ('2')"), 2);
    EXPECT_EQ(execute(*connection_, "CREATE VIRTUAL TABLE f USING fts5(a)"), 0);
    EXPECT_EQ(execute(*connection_, "/* first */ UPDATE t SET a = 'z'"), 2);
    EXPECT_EQ(execute(*connection_, "ALTER TABLE t ADD COLUMN b"), 0);
    EXPECT_EQ(execute(*connection_, "WITH n AS (SELECT 1) DELETE FROM t WHERE id IN n"), 1);
    EXPECT_EQ(execute(*connection_, "PRAGMA user_version = 3"), 0);
    EXPECT_EQ(execute(*connection_, "INSERT OR IGNORE INTO t (id) VALUES (2)"), 0);
}

TEST_F(StatementTest, rows_are_told_as_they_are_written) {
    execute(*connection_, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
    auto& progress =
        *static_cast<RowProgressExtension*>(connection_->extension(row_progress_extension));
    std::vector<std::string> told;
    progress.report_rows([&told](auto table, auto rows, auto of) {
        told.push_back(std::string{table} + " " + std::to_string(rows) + " of " +
                       std::to_string(of));
    });
    execute(*connection_,
            "INSERT INTO t (a) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
            "WHERE i < 10000) SELECT 'x' FROM n");
    progress.report_rows({});
    execute(*connection_, "UPDATE t SET a = 'y'");
    EXPECT_THAT(told, ::testing::ElementsAre("t 4096 of -1", "t 8192 of -1"));
}

TEST_F(StatementTest, more_texts_than_the_cache_holds_all_work) {
    for (int round = 0; round < 2; ++round) {
        for (int i = 0; i < 300; ++i) {
            const std::string number = std::to_string(i);
            ASSERT_EQ(ask(*connection_, "SELECT " + number), number);
        }
    }
}

TEST_F(StatementTest, the_native_handle_is_given_out) {
    auto* db = static_cast<sqlite3*>(connection_->extension("sqlite3"));
    ASSERT_NE(db, nullptr);
    EXPECT_EQ(sqlite3_exec(db, "CREATE TABLE native (a)", nullptr, nullptr, nullptr), SQLITE_OK);
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM native"), "0");
    EXPECT_EQ(connection_->extension("PGconn"), nullptr);
}

TEST_F(StatementTest, are_prepared_while_others_change_the_schema) {
    execute(*connection_, "CREATE TABLE kept (id INTEGER PRIMARY KEY)");
    const std::unique_ptr<Connection> other = connect();
    std::jthread changing{[&other](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            execute(*other, "CREATE TABLE passing (id INTEGER)");
            execute(*other, "DROP TABLE passing");
        }
    }};
    for (int i = 0; i < 20000; ++i) {
        // Each text is new: none comes from the cache.
        const std::string number = std::to_string(i);
        const Errc code =
            error_of([&] { execute(*connection_, "SELECT " + number + " FROM nowhere"); }).code();
        ASSERT_EQ(code, Errc::statement) << "statement " << i;
    }
}

}  // namespace
}  // namespace enginebay::testing
