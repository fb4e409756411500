// SPDX-License-Identifier: BSL-1.0
// What the server tells of a long statement, through a second connection that may fail and must
// not be felt.
#include "fixture.hpp"
#include "support/child_process.hpp"

#include <enginebay/extensions.hpp>

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::Gt;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;

constexpr std::int64_t row_count = 30000;

// Three seconds of sleep, however fast the machine is.
constexpr const char* long_statement = "CREATE INDEX i ON t (slow(id))";

struct Told {
    std::string table;
    std::int64_t rows{0};
    std::int64_t of{0};
    std::thread::id thread;
};

class RowProgressTest : public PostgresTest {
protected:
    void SetUp() override {
        PostgresTest::SetUp();
        if (!engine_) {
            return;
        }
        connection_ = connect();
        execute(*connection_, "CREATE TABLE t (id bigint)");
        execute(*connection_, "INSERT INTO t SELECT generate_series(1, 30000)");
        execute(*connection_,
                "CREATE FUNCTION slow(n bigint) RETURNS bigint IMMUTABLE LANGUAGE plpgsql AS "
                "'BEGIN IF n % 100 = 0 AND coalesce(current_setting(''test.fast'', true), '''') <> "
                "''on'' THEN PERFORM pg_sleep(0.01); END IF; RETURN n; END'");
        execute(*connection_, "ANALYZE t");
        watch([] {});
    }
    void TearDown() override {
        // Whatever became of the statement: one session is left.
        if (connection_) {
            EXPECT_TRUE(wait_until([this] { return logins() == "1"; }, 5s)) << logins();
        }
    }
    [[nodiscard]] RowProgressExtension& progress() const {
        return *static_cast<RowProgressExtension*>(connection_->extension(row_progress_extension));
    }
    /// Keeps what is told, and does something then.
    void watch(std::function<void()> then) {
        progress().report_rows([this, then](auto table, auto rows, auto of) {
            told_.push_back({std::string{table}, rows, of, std::this_thread::get_id()});
            then();
        });
    }
    [[nodiscard]] std::string logins() const {
        return as_administrator("SELECT count(*) FROM pg_stat_activity WHERE usename = '" +
                                config().user + "' AND datname = '" + config().dbname + "'");
    }
    void require_rows_of_rows() const {
        EXPECT_THAT(told_, Not(IsEmpty()));
        EXPECT_THAT(told_, Each(Field(&Told::table, "t")));
        EXPECT_THAT(told_, Each(Field(&Told::rows, AllOf(Gt(0), Le(row_count)))));
        EXPECT_THAT(told_, Each(Field(&Told::of, row_count)));
        EXPECT_THAT(told_, Each(Field(&Told::thread, std::this_thread::get_id())));
    }

    std::unique_ptr<Connection> connection_;
    std::vector<Told> told_;
};

TEST_F(RowProgressTest, an_index_tells_its_rows_alone_and_inside_a_transaction) {
    execute(*connection_, "CREATE INDEX CONCURRENTLY i ON t (slow(id))");
    require_rows_of_rows();
    told_.clear();
    execute(*connection_, "DROP INDEX i");
    connection_->begin(TransactionMode::write);
    execute(*connection_, long_statement);
    connection_->commit();
    require_rows_of_rows();
    ASSERT_GE(told_.size(), 2);
    EXPECT_LT(told_[0].rows, told_[1].rows);
}

TEST_F(RowProgressTest, a_table_written_anew_tells_its_rows) {
    execute(*connection_, "SET test.fast = on");
    execute(*connection_, long_statement);
    execute(*connection_, "RESET test.fast");
    execute(*connection_, "VACUUM FULL t");
    EXPECT_THAT(told_, ElementsAre(AllOf(Field(&Told::table, "t"), Field(&Told::rows, row_count),
                                         Field(&Told::of, -1))));
    progress().report_rows({});
    execute(*connection_, "VACUUM FULL t");
    EXPECT_EQ(told_.size(), 1);
}

TEST_F(RowProgressTest, a_table_that_nobody_else_sees_has_no_name) {
    connection_->begin(TransactionMode::write);
    execute(*connection_, "SET LOCAL test.fast = on");
    execute(*connection_, "CREATE TABLE own AS SELECT * FROM t");
    execute(*connection_, "CREATE INDEX o ON own (slow(id))");
    execute(*connection_, "SET LOCAL test.fast = off");
    watch([this] { connection_->cancel(); });
    EXPECT_EQ(code_of([this] { execute(*connection_, "CLUSTER own USING o"); }), Errc::cancelled);
    connection_->rollback();
    EXPECT_THAT(told_, ElementsAre(Field(&Told::table, "a new table")));
}

TEST_F(RowProgressTest, a_file_that_the_server_reads_tells_its_rows) {
    as_administrator("GRANT pg_execute_server_program TO \"" + config().user + "\"");
    execute(*connection_,
            "COPY t FROM PROGRAM 'for i in 1 2 3 4 5 6 7 8 9; do seq 20000; sleep 0.3; done'");
    as_administrator("REVOKE pg_execute_server_program FROM \"" + config().user + "\"");
    ASSERT_THAT(told_, Not(IsEmpty()));
    EXPECT_THAT(told_, Each(Field(&Told::rows, Le(180000))));
    EXPECT_THAT(told_, Each(Field(&Told::of, -1)));
}

TEST_F(RowProgressTest, the_report_may_cancel_and_so_may_another_thread) {
    watch([this] { connection_->cancel(); });
    EXPECT_EQ(code_of([this] { execute(*connection_, long_statement); }), Errc::cancelled);
    EXPECT_THAT(told_, ElementsAre(Field(&Told::rows, Gt(0))));

    std::thread other{[this] {
        EXPECT_TRUE(wait_until([this] { return logins() == "2"; }, 5s));
        connection_->cancel();
    }};
    watch([] {});
    EXPECT_EQ(code_of([this] { execute(*connection_, long_statement); }), Errc::cancelled);
    other.join();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "30000");
}

TEST_F(RowProgressTest, without_a_second_login_nothing_is_told_and_nothing_is_felt) {
    as_administrator("ALTER DATABASE \"" + config().dbname + "\" CONNECTION LIMIT 1");
    execute(*connection_, long_statement);
    EXPECT_THAT(told_, IsEmpty());
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM pg_indexes WHERE indexname = 'i'"), "1");
    as_administrator("ALTER DATABASE \"" + config().dbname + "\" CONNECTION LIMIT -1");
}

TEST_F(RowProgressTest, a_watcher_that_is_ended_is_not_felt) {
    const std::string own = backend_of(*connection_);
    watch([this, &own] {
        as_administrator(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid "
            "<> " +
            own + " AND datname = '" + config().dbname + "' AND usename = '" + config().user + "'");
    });
    execute(*connection_, long_statement);
    EXPECT_THAT(told_, ElementsAre(Field(&Told::rows, Gt(0))));
}

TEST_F(RowProgressTest, failures_are_what_they_are_without_it) {
    const Error error = error_of([this] { execute(*connection_, "CREATE TABLE t (id bigint)"); });
    EXPECT_EQ(error.sqlstate(), "42P07");
    EXPECT_EQ(code_of([this] { execute(*connection_, "COPY t FROM STDIN"); }), Errc::unsupported);
    EXPECT_EQ(code_of([this] { execute(*connection_, "COPY t TO STDOUT"); }), Errc::unsupported);
    EXPECT_EQ(code_of([this] { execute(*connection_, "-- nothing"); }), Errc::usage);
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "30000");

    watch([this] { kill_all(); });
    EXPECT_EQ(code_of([this] { execute(*connection_, long_statement); }), Errc::connection_lost);
    EXPECT_FALSE(connection_->alive());
    connection_ = connect();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM pg_indexes WHERE indexname = 'i'"), "0");
}

}  // namespace
}  // namespace enginebay::testing
