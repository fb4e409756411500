// SPDX-License-Identifier: BSL-1.0
// Cursors: how long values live, and what a cursor keeps from others.
#include "fixture.hpp"

#include <sqlite3.h>

namespace enginebay::testing {
namespace {

class CursorTest : public SqliteTest {
protected:
    std::unique_ptr<Connection> connection_ = connect();
};

// The caller's bytes are gone after query(); the rows that follow still depend on them.
TEST_F(CursorTest, parameters_live_as_long_as_the_rows) {
    std::string pattern = "a value that is long enough not to be inside of the string object";
    Cursor& cursor = query(
        *connection_, "WITH n(i) AS (VALUES (1), (2), (3)) SELECT i, ? || '' FROM n WHERE ? <> ''",
        {ValueView::text(pattern), ValueView::text(pattern)});
    const std::string expected = pattern;
    std::fill(pattern.begin(), pattern.end(), '#');
    int rows = 0;
    while (const ValueView* row = cursor.next()) {
        EXPECT_EQ(row[1].as_text(), expected);
        ++rows;
    }
    EXPECT_EQ(rows, 3);
    cursor.close();
}

TEST_F(CursorTest, several_parameters_share_the_buffer) {
    const std::string a(100, 'a');
    const std::string b(5000, 'b');
    const Blob c(77, std::byte{0xcc});
    Cursor& cursor = query(*connection_, "SELECT ?, ?, ?, ?, ?",
                           {ValueView::text(a), ValueView::timestamp(Timestamp{}),
                            ValueView::text(b), ValueView::blob(c), ValueView::text("")});
    const ValueView* row = cursor.next();
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row[0].as_text(), a);
    EXPECT_EQ(row[1].as_text(), "1970-01-01 00:00:00.000000");
    EXPECT_EQ(row[2].as_text(), b);
    EXPECT_EQ(row[3].as_blob().size(), c.size());
    EXPECT_EQ(row[4].kind(), Kind::text);
    cursor.close();
}

// A statement that was left standing would hold the write-ahead log back.
TEST_F(CursorTest, the_last_row_ends_the_read) {
    execute(*connection_, "CREATE TABLE t (a)");
    execute(*connection_, "INSERT INTO t VALUES (1)");
    Cursor& cursor = query(*connection_, "SELECT a FROM t");
    auto* db = static_cast<sqlite3*>(connection_->extension("sqlite3"));
    ASSERT_NE(cursor.next(), nullptr);
    EXPECT_EQ(sqlite3_txn_state(db, "main"), SQLITE_TXN_READ);
    ASSERT_EQ(cursor.next(), nullptr);
    EXPECT_EQ(sqlite3_txn_state(db, "main"), SQLITE_TXN_NONE);
    EXPECT_EQ(cursor.column_name(0), "a");
    cursor.close();
    query(*connection_, "SELECT a FROM t").close();
    EXPECT_EQ(sqlite3_txn_state(db, "main"), SQLITE_TXN_NONE);
}

TEST_F(CursorTest, the_refusal_names_the_open_statement) {
    execute(*connection_, "CREATE TABLE t (a)");
    execute(*connection_, "INSERT INTO t VALUES (1), (2)");
    Cursor& cursor = query(*connection_, "SELECT a FROM t");
    const Error error = error_of([&] { execute(*connection_, "DELETE FROM t"); });
    EXPECT_EQ(error.code(), Errc::cursor_open);
    EXPECT_EQ(error.sql(), "SELECT a FROM t");
    EXPECT_NE(cursor.next(), nullptr);
    cursor.close();
    EXPECT_EQ(execute(*connection_, "DELETE FROM t"), 2);
}

}  // namespace
}  // namespace enginebay::testing
