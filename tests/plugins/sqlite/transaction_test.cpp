// SPDX-License-Identifier: BSL-1.0
// Transactions: the ways SQLite ends one by itself, and the turn to write.
#include "fixture.hpp"

#include <chrono>
#include <thread>

namespace enginebay::testing {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

class TransactionTest : public SqliteTest {
protected:
    TransactionTest() {
        engine_ = open_sqlite(path_, {{"busy_timeout", "300"}});
        connection_ = connect();
        execute(*connection_, "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)");
        execute(*connection_, "INSERT INTO t VALUES (1, 'one')");
    }
    void roll_back_automatically() {
        EXPECT_EQ(error_of([&] {
                      execute(*connection_, "INSERT OR ROLLBACK INTO t VALUES (1, 'again')");
                  }).code(),
                  Errc::unique_violation);
    }
    std::unique_ptr<Connection> connection_;
};

TEST_F(TransactionTest, one_that_sqlite_rolled_back_cannot_be_committed) {
    connection_->begin(TransactionMode::write);
    execute(*connection_, "UPDATE t SET a = 'lost'");
    roll_back_automatically();
    EXPECT_TRUE(connection_->in_transaction()) << "until somebody takes note";
    EXPECT_EQ(error_of([&] { execute(*connection_, "INSERT INTO t VALUES (2, 'stray')"); }).code(),
              Errc::transaction_aborted);
    EXPECT_EQ(error_of([&] { connection_->commit(); }).code(), Errc::transaction_aborted);
    EXPECT_FALSE(connection_->in_transaction());
    EXPECT_EQ(ask(*connection_, "SELECT group_concat(a) FROM t"), "one");
}

TEST_F(TransactionTest, one_that_sqlite_rolled_back_gives_the_turn_on) {
    connection_->begin(TransactionMode::write);
    roll_back_automatically();
    const auto other = connect();
    other->begin(TransactionMode::write);
    other->commit();
    connection_->rollback();
    EXPECT_FALSE(connection_->in_transaction());
    connection_->begin(TransactionMode::write);
    connection_->commit();
}

TEST_F(TransactionTest, the_second_writer_of_a_process_waits_and_then_is_busy) {
    connection_->begin(TransactionMode::write);
    const auto other = connect();
    const auto begin = steady_clock::now();
    const Error error = error_of([&] { other->begin(TransactionMode::write); });
    EXPECT_EQ(error.code(), Errc::busy);
    EXPECT_TRUE(error.retryable());
    EXPECT_GE(steady_clock::now() - begin, 290ms);
    EXPECT_LT(steady_clock::now() - begin, 2s);
    connection_->commit();
    other->begin(TransactionMode::write);
    other->commit();
}

// BEGIN fails because another process (here: another engine, with a queue of its own) writes.
TEST_F(TransactionTest, a_failed_begin_keeps_no_turn) {
    const auto stranger = open_sqlite(path_)->connect(Access::read_write);
    stranger->begin(TransactionMode::write);
    EXPECT_EQ(error_of([&] { connection_->begin(TransactionMode::write); }).code(), Errc::busy);
    EXPECT_FALSE(connection_->in_transaction());
    stranger->commit();
    const auto other = connect();
    other->begin(TransactionMode::write);
    other->commit();
}

TEST_F(TransactionTest, a_wait_for_the_turn_can_be_cancelled) {
    connection_->begin(TransactionMode::write);
    const auto patient = open_sqlite(path_, {{"busy_timeout", "20s"}});
    const auto holder = patient->connect(Access::read_write);
    connection_->rollback();
    holder->begin(TransactionMode::write);
    const auto waiting = patient->connect(Access::read_write);
    std::jthread canceller{[&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            std::this_thread::sleep_for(50ms);
            waiting->cancel();
        }
    }};
    const auto begin = steady_clock::now();
    EXPECT_EQ(error_of([&] { waiting->begin(TransactionMode::write); }).code(), Errc::cancelled);
    EXPECT_LT(steady_clock::now() - begin, 5s);
}

TEST_F(TransactionTest, a_busy_commit_stays_open) {
    execute(*connection_, "PRAGMA journal_mode = DELETE");
    auto writer = open_sqlite(folder_ / "other.db", {{"busy_timeout", "50"}});
    const auto one = writer->connect(Access::create);
    execute(*one, "CREATE TABLE t (a)");
    ASSERT_EQ(ask(*one, "PRAGMA journal_mode = DELETE"), "delete");
    const auto reader = open_sqlite(folder_ / "other.db")->connect(Access::read_only);
    reader->begin(TransactionMode::read);
    ask(*reader, "SELECT count(*) FROM t");
    one->begin(TransactionMode::write);
    execute(*one, "INSERT INTO t VALUES (1)");
    EXPECT_EQ(error_of([&] { one->commit(); }).code(), Errc::busy);
    EXPECT_TRUE(one->in_transaction());
    reader->rollback();
    one->commit();
    EXPECT_EQ(ask(*one, "SELECT count(*) FROM t"), "1");
}

TEST_F(TransactionTest, a_deferred_constraint_refuses_the_commit_and_leaves_it_open) {
    execute(*connection_,
            "CREATE TABLE child (p INTEGER REFERENCES t (id) DEFERRABLE INITIALLY DEFERRED)");
    connection_->begin(TransactionMode::write);
    execute(*connection_, "INSERT INTO child VALUES (7)");
    EXPECT_EQ(error_of([&] { connection_->commit(); }).code(), Errc::foreign_key_violation);
    EXPECT_TRUE(connection_->in_transaction());
    execute(*connection_, "INSERT INTO t VALUES (7, 'seven')");
    connection_->commit();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM child"), "1");
}

TEST_F(TransactionTest, a_stale_snapshot_is_a_serialization_failure) {
    const auto other = connect();
    execute(*connection_, "BEGIN");
    ask(*connection_, "SELECT a FROM t");
    execute(*other, "UPDATE t SET a = 'two'");
    const Error error = error_of([&] { execute(*connection_, "UPDATE t SET a = 'three'"); });
    EXPECT_EQ(error.code(), Errc::serialization) << error.what();
    EXPECT_TRUE(error.retryable());
    connection_->rollback();
}

TEST_F(TransactionTest, returning_rows_in_a_read_transaction_is_refused_too) {
    connection_->begin(TransactionMode::read);
    EXPECT_EQ(error_of([&] { query(*connection_, "DELETE FROM t RETURNING id"); }).code(),
              Errc::read_only);
    EXPECT_EQ(ask(*connection_, "SELECT a FROM t"), "one");
    EXPECT_EQ(error_of([&] { execute(*connection_, "PRAGMA user_version = 7"); }).code(),
              Errc::read_only);
    connection_->commit();
}

}  // namespace
}  // namespace enginebay::testing
