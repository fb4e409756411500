// SPDX-License-Identifier: BSL-1.0
// Transactions whose end is not what was asked for.
#include "fixture.hpp"

#include <future>
#include <thread>

namespace enginebay::testing {
namespace {

class TransactionTest : public PostgresTest {
protected:
    void SetUp() override {
        PostgresTest::SetUp();
        if (engine_) {
            connection_ = connect();
            execute(*connection_, "CREATE TABLE t (id bigint PRIMARY KEY, v text)");
        }
    }
    std::unique_ptr<Connection> connection_;
};

TEST_F(TransactionTest, commit_of_a_failed_one_throws_and_rolls_back) {
    for (const bool by_text : {false, true}) {
        connection_->begin(TransactionMode::write);
        execute(*connection_, "INSERT INTO t VALUES (1)");
        EXPECT_EQ(error_of([&] { execute(*connection_, "INSERT INTO t VALUES (1)"); }).code(),
                  Errc::unique_violation);
        EXPECT_EQ(error_of([&] { execute(*connection_, "SELECT 1"); }).code(),
                  Errc::transaction_aborted);
        EXPECT_EQ(error_of([&] {
                      by_text ? static_cast<void>(execute(*connection_, "COMMIT"))
                              : connection_->commit();
                  }).code(),
                  Errc::transaction_aborted);
        EXPECT_FALSE(connection_->in_transaction());
        EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "0");
    }
}

TEST_F(TransactionTest, a_deferred_constraint_fails_the_commit) {
    execute(*connection_, "CREATE TABLE r (id bigint REFERENCES t DEFERRABLE INITIALLY DEFERRED)");
    connection_->begin(TransactionMode::write);
    execute(*connection_, "INSERT INTO r VALUES (9)");
    const Error error = error_of([&] { connection_->commit(); });
    EXPECT_EQ(error.code(), Errc::foreign_key_violation);
    EXPECT_EQ(error.object(), "r_id_fkey");
    EXPECT_FALSE(connection_->in_transaction());
}

// The server dies after COMMIT was sent: nobody here can know what became of it.
TEST_F(TransactionTest, a_connection_lost_during_commit_leaves_it_in_doubt) {
    execute(*connection_,
            "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_sleep(60); RETURN NULL; END $$");
    execute(*connection_,
            "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION slow()");
    connection_->begin(TransactionMode::write);
    const std::string pid = backend_of(*connection_);
    execute(*connection_, "INSERT INTO t VALUES (1)");
    auto code = std::async(std::launch::async, [&] {
        const Error error = error_of([&] { connection_->commit(); });
        EXPECT_FALSE(error.retryable());
        return error.code();
    });
    EXPECT_TRUE(wait_until(
        [&] {
            return as_administrator(
                       "SELECT count(*) FROM pg_stat_activity WHERE query = 'COMMIT' "
                       "AND state = 'active' AND pid = " +
                       pid) == "1";
        },
        10s));
    kill(pid);
    EXPECT_EQ(code.get(), Errc::in_doubt);
    EXPECT_FALSE(connection_->alive());
}

TEST_F(TransactionTest, a_connection_known_to_be_lost_is_not_in_doubt) {
    connection_->begin(TransactionMode::write);
    kill(backend_of(*connection_));
    EXPECT_EQ(error_of([&] { execute(*connection_, "SELECT 1"); }).code(), Errc::connection_lost);
    EXPECT_EQ(error_of([&] { connection_->commit(); }).code(), Errc::connection_lost);
}

TEST_F(TransactionTest, a_backend_killed_while_idle_is_noticed_without_a_round_trip) {
    EXPECT_TRUE(connection_->alive());
    kill(backend_of(*connection_));
    std::this_thread::sleep_for(1100ms);
    EXPECT_FALSE(connection_->alive());
}

TEST_F(TransactionTest, notices_that_came_meanwhile_do_not_count_as_death) {
    execute(*connection_, "LISTEN news");
    execute(*connect(), "NOTIFY news, 'hello'");
    std::this_thread::sleep_for(1100ms);
    EXPECT_TRUE(connection_->alive());
    EXPECT_EQ(ask(*connection_, "SELECT 1"), "1");
}

TEST_F(TransactionTest, a_reader_sees_one_state_and_cannot_write) {
    connection_->begin(TransactionMode::read);
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "0");
    execute(*connect(), "INSERT INTO t VALUES (1)");
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "0");
    EXPECT_EQ(error_of([&] { execute(*connection_, "DELETE FROM t"); }).code(), Errc::read_only);
    connection_->rollback();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "1");
}

TEST_F(TransactionTest, a_deadlock_can_be_retried) {
    execute(*connection_, "INSERT INTO t VALUES (1), (2)");
    const auto other = connect();
    connection_->begin(TransactionMode::write);
    other->begin(TransactionMode::write);
    execute(*connection_, "UPDATE t SET v = 'a' WHERE id = 1");
    execute(*other, "UPDATE t SET v = 'b' WHERE id = 2");
    auto waiting = std::async(std::launch::async, [&] {
        try {
            execute(*other, "UPDATE t SET v = 'b' WHERE id = 1");
            return Errc::internal;
        } catch (const Error& error) {
            EXPECT_TRUE(error.retryable());
            return error.code();
        }
    });
    Errc code = Errc::internal;
    try {
        execute(*connection_, "UPDATE t SET v = 'a' WHERE id = 2");
    } catch (const Error& error) {
        code = error.code();
    }
    connection_->rollback();
    const Errc other_code = waiting.get();
    EXPECT_TRUE(code == Errc::serialization || other_code == Errc::serialization);
    other->rollback();
}

}  // namespace
}  // namespace enginebay::testing
