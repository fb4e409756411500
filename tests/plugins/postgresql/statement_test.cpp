// SPDX-License-Identifier: BSL-1.0
// Prepared statements: how many, for how long, and what happens when the schema changes under them.
#include "fixture.hpp"

#include <libpq-fe.h>

namespace enginebay::testing {
namespace {

class StatementTest : public PostgresTest {
protected:
    void SetUp() override {
        PostgresTest::SetUp();
        if (engine_) {
            connection_ = connect();
        }
    }
    std::string prepared() {
        return ask(*connection_, "SELECT count(*) FROM pg_prepared_statements");
    }

    std::unique_ptr<Connection> connection_;
};

TEST_F(StatementTest, a_text_is_prepared_once) {
    const std::string before = prepared();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask(*connection_, "SELECT ?::int8 + 1", {ValueView::integer(i)}),
                  std::to_string(i + 1));
    }
    EXPECT_EQ(prepared(), std::to_string(std::stoi(before) + 1));
}

TEST_F(StatementTest, only_so_many_are_kept) {
    for (int i = 0; i < 400; ++i) {
        ask(*connection_, "SELECT " + std::to_string(i));
    }
    EXPECT_LE(std::stoi(prepared()), 130);
    EXPECT_EQ(ask(*connection_, "SELECT 0"), "0") << "one that was put out";
}

TEST_F(StatementTest, a_column_added_elsewhere_is_seen) {
    execute(*connection_, "CREATE TABLE t (id bigint)");
    execute(*connection_, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(ask(*connection_, "SELECT * FROM t"), "1");
    execute(*connect(), "ALTER TABLE t ADD COLUMN v text");
    EXPECT_EQ(query(*connection_, "SELECT * FROM t").column_count(), 2U);
}

TEST_F(StatementTest, a_stale_plan_inside_a_transaction_can_be_retried) {
    execute(*connection_, "CREATE TABLE t (id bigint)");
    ask(*connection_, "SELECT * FROM t");
    execute(*connect(), "ALTER TABLE t ADD COLUMN v text");
    connection_->begin(TransactionMode::write);
    const Error error = error_of([&] { ask(*connection_, "SELECT * FROM t"); });
    EXPECT_EQ(error.code(), Errc::stale_plan) << error.what();
    EXPECT_TRUE(error.retryable());
    connection_->rollback();
    connection_->begin(TransactionMode::write);
    EXPECT_EQ(query(*connection_, "SELECT * FROM t").column_count(), 2U);
    connection_->rollback();
}

TEST_F(StatementTest, a_column_of_another_type_is_seen) {
    execute(*connection_, "CREATE TABLE t (v int)");
    EXPECT_EQ(execute(*connection_, "INSERT INTO t VALUES (?)", {ValueView::integer(1)}), 1);
    const auto other = connect();
    execute(*other, "DROP TABLE t");
    execute(*other, "CREATE TABLE t (v text)");
    EXPECT_EQ(execute(*connection_, "INSERT INTO t VALUES (?)", {ValueView::text("one")}), 1);
    EXPECT_EQ(ask(*connection_, "SELECT v FROM t"), "one");
}

TEST_F(StatementTest, a_column_made_wider_elsewhere_is_seen_also_in_a_transaction) {
    execute(*connection_, "CREATE TABLE t (v int)");
    execute(*connection_, "INSERT INTO t VALUES (?)", {ValueView::integer(1)});
    execute(*connect(), "ALTER TABLE t ALTER COLUMN v TYPE bigint");
    connection_->begin(TransactionMode::write);
    execute(*connection_, "INSERT INTO t VALUES (?)", {ValueView::integer(5'000'000'000)});
    connection_->commit();
    EXPECT_EQ(ask(*connection_, "SELECT max(v) FROM t"), "5000000000");
}

TEST_F(StatementTest, statements_thrown_away_behind_our_back_are_made_again) {
    EXPECT_EQ(ask(*connection_, "SELECT 1"), "1");
    auto* const handle = static_cast<PGconn*>(connection_->extension("PGconn"));
    PQclear(PQexec(handle, "DEALLOCATE ALL"));
    EXPECT_EQ(ask(*connection_, "SELECT 1"), "1");
}

TEST_F(StatementTest, results_of_unknown_types_come_as_text_and_known_ones_keep_their_kind) {
    Cursor& cursor = query(*connection_,
                           "SELECT 1.50::numeric, 7::int8, true, 'x'::bytea, now(), 0.5::float8, "
                           "ARRAY[1,2], NULL::numeric");
    const ValueView* row = cursor.next();
    EXPECT_EQ(row[0].as_text(), "1.50");
    EXPECT_EQ(row[1].kind(), Kind::integer);
    EXPECT_EQ(row[2].kind(), Kind::boolean);
    EXPECT_EQ(row[3].kind(), Kind::blob);
    EXPECT_EQ(row[4].kind(), Kind::timestamp);
    EXPECT_EQ(row[5].kind(), Kind::real);
    EXPECT_EQ(row[6].as_text(), "[1,2]");
    EXPECT_TRUE(row[7].is_null());
    cursor.close();
}

TEST_F(StatementTest, jsonb_and_uuid_read_as_their_text) {
    EXPECT_EQ(ask(*connection_, "SELECT ?::jsonb", {ValueView::text("{\"a\":1}")}), "{\"a\": 1}");
    const char* uuid = "00112233-4455-6677-8899-aabbccddeeff";
    EXPECT_EQ(ask(*connection_, "SELECT ?::uuid", {ValueView::text(uuid)}), uuid);
    EXPECT_EQ(ask(*connection_, "SELECT '{\"a\": 1}'::jsonb ?? 'a'"), "true");
}

TEST_F(StatementTest, a_refused_value_names_its_parameter) {
    const Error error = error_of([&] {
        ask(*connection_, "SELECT ?::text, ?::int2",
            {ValueView::text("a"), ValueView::integer(99'999)});
    });
    EXPECT_EQ(error.code(), Errc::value);
    EXPECT_NE(std::string{error.what()}.find("parameter 2"), std::string::npos) << error.what();
    EXPECT_EQ(error.sql(), "SELECT ?::text, ?::int2");
}

TEST_F(StatementTest, copy_is_refused_and_the_session_goes_on) {
    execute(*connection_, "CREATE TABLE t (id bigint)");
    for (const char* sql :
         {"COPY t FROM STDIN", "COPY (SELECT generate_series(1, 100000)) TO STDOUT"}) {
        EXPECT_EQ(error_of([&] { execute(*connection_, sql); }).code(), Errc::unsupported);
        EXPECT_EQ(ask(*connection_, "SELECT 1"), "1");
    }
}

TEST_F(StatementTest, a_statement_timeout_is_no_cancellation) {
    DatabaseConfig hasty = config();
    hasty.options["statement_timeout"] = "400ms";
    const auto connection = open(hasty)->connect(Access::create);
    EXPECT_EQ(error_of([&] { execute(*connection, "SELECT pg_sleep(30)"); }).code(), Errc::timeout);
    EXPECT_EQ(ask(*connection, "SELECT 1"), "1");
}

TEST_F(StatementTest, a_migration_is_not_cut_off_by_the_statement_timeout) {
    DatabaseConfig hasty = config();
    hasty.options["statement_timeout"] = "400ms";
    const auto engine = open(hasty);
    const auto connection = engine->connect(Access::create);
    connection->begin(TransactionMode::write);
    ASSERT_TRUE(engine->migrator()->try_lock(*connection));
    execute(*connection, "SELECT pg_sleep(1)");
    connection->commit();
    EXPECT_EQ(error_of([&] { execute(*connection, "SELECT pg_sleep(30)"); }).code(), Errc::timeout)
        << "only there";
}

TEST_F(StatementTest, a_lock_timeout_is_busy) {
    DatabaseConfig hasty = config();
    hasty.options["lock_timeout"] = "400ms";
    const auto other = open(hasty)->connect(Access::create);
    execute(*connection_, "CREATE TABLE t (id bigint)");
    connection_->begin(TransactionMode::write);
    execute(*connection_, "LOCK TABLE t");
    EXPECT_EQ(error_of([&] { ask(*other, "SELECT * FROM t"); }).code(), Errc::busy);
    connection_->rollback();
}

TEST_F(StatementTest, only_what_may_have_changed_the_session_costs_a_round_trip_at_reset) {
    const std::string pid = backend_of(*connection_);
    const auto count = [&] {
        return as_administrator(
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'DISCARD ALL' AND pid = " + pid);
    };
    connection_->reset();
    ask(*connection_, "SELECT 1");
    connection_->reset();
    EXPECT_EQ(count(), "0");
    ask(*connection_, "SELECT pg_advisory_lock(1)");
    connection_->reset();
    EXPECT_EQ(count(), "1");
    EXPECT_EQ(ask(*connection_,
                  "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = "
                  "pg_backend_pid()"),
              "0");
    execute(*connection_, "SET work_mem = '1MB'");
    connection_->reset();
    EXPECT_NE(ask(*connection_, "SHOW work_mem"), "1MB");
    EXPECT_EQ(ask(*connection_, "SHOW TimeZone"), "UTC");
}

}  // namespace
}  // namespace enginebay::testing
