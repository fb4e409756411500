// SPDX-License-Identifier: BSL-1.0
// Transactions whose end is not what was asked for.
#include "fixture.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <future>
#include <set>
#include <string_view>
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

std::set<int> open_sockets() {
    std::set<int> sockets;
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        std::error_code gone;
        if (std::filesystem::read_symlink(entry, gone).string().starts_with("socket:")) {
            sockets.insert(std::stoi(entry.path().filename().string()));
        }
    }
    return sockets;
}

/// Another end for the connection's socket: it has said what a server says when another of its
/// processes has crashed, and is closed.
void crash_behind(int socket) {
    constexpr std::string_view words{"SWARNING\0C57P02\0Mterminating connection\0\0", 41};
    std::string notice{"N\0\0\0", 4};
    notice += static_cast<char>(words.size() + 4);
    notice += words;
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()), 0);
    ASSERT_EQ(::send(ends[1], notice.data(), notice.size(), 0),
              static_cast<ssize_t>(notice.size()));
    ::close(ends[1]);
    ::dup3(ends[0], socket, O_CLOEXEC);
    ::close(ends[0]);
}

// What is sent then gets nowhere, which libpq says once and goes on to call the connection good:
// BEGIN and statement together waited for an answer for ever.
TEST_F(TransactionTest, a_server_that_crashes_before_it_begins_is_a_connection_lost) {
    const std::set<int> before = open_sockets();
    const auto connection = connect();
    std::set<int> fresh = open_sockets();
    std::erase_if(fresh, [&before](int socket) { return before.contains(socket); });
    ASSERT_EQ(fresh.size(), 1U);
    execute(*connection, "INSERT INTO t VALUES (7)");
    execute(*connection, "DELETE FROM t");
    crash_behind(*fresh.begin());
    connection->begin(TransactionMode::write);
    EXPECT_EQ(error_of([&] { execute(*connection, "DELETE FROM t"); }).code(),
              Errc::connection_lost);
    connection->rollback();
    EXPECT_FALSE(connection->alive());
}

// A BEGIN travels with the first statement; nobody but the server can tell.

constexpr const char* insert_sql = "INSERT INTO t VALUES (?, 'v')";

/// A transaction whose first statement is known already, which is what lets both travel together.
class FirstStatementTest : public TransactionTest {
protected:
    void SetUp() override {
        TransactionTest::SetUp();
        if (connection_) {
            execute(*connection_, insert_sql, {ValueView::integer(0)});
            backend_ = backend_of(*connection_);
        }
    }
    void insert(std::int64_t id) { execute(*connection_, insert_sql, {ValueView::integer(id)}); }
    std::string state() {
        return as_administrator("SELECT state FROM pg_stat_activity WHERE pid = " + backend_);
    }
    std::string backend_;
};

TEST_F(FirstStatementTest, takes_the_begin_along) {
    connection_->begin(TransactionMode::write);
    EXPECT_TRUE(connection_->in_transaction());
    EXPECT_EQ(state(), "idle");
    insert(1);
    EXPECT_TRUE(wait_until([&] { return state() == "idle in transaction"; }, 10s)) << state();
    EXPECT_TRUE(connection_->in_transaction());
    connection_->rollback();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "1");

    connection_->begin(TransactionMode::write);
    insert(1);
    connection_->commit();
    EXPECT_FALSE(connection_->in_transaction());
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "2");
}

TEST_F(FirstStatementTest, fails_inside_the_transaction) {
    connection_->begin(TransactionMode::write);
    EXPECT_EQ(error_of([&] { insert(0); }).code(), Errc::unique_violation);
    EXPECT_TRUE(connection_->in_transaction());
    EXPECT_EQ(error_of([&] { insert(5); }).code(), Errc::transaction_aborted);
    EXPECT_EQ(error_of([&] { connection_->commit(); }).code(), Errc::transaction_aborted);
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "1");

    // The same for one that cannot even be prepared.
    connection_->begin(TransactionMode::write);
    EXPECT_THROW(execute(*connection_, "SELECT nothing FROM nowhere"), Error);
    EXPECT_EQ(error_of([&] { connection_->commit(); }).code(), Errc::transaction_aborted);
}

TEST_F(FirstStatementTest, keeps_the_mode_of_the_transaction) {
    connection_->begin(TransactionMode::read);
    EXPECT_EQ(error_of([&] { insert(6); }).code(), Errc::read_only);
    connection_->rollback();
}

TEST_F(FirstStatementTest, may_never_come) {
    connection_->begin(TransactionMode::write);
    connection_->commit();
    EXPECT_FALSE(connection_->in_transaction());
    connection_->begin(TransactionMode::write);
    EXPECT_EQ(error_of([&] { connection_->begin(TransactionMode::write); }).code(), Errc::usage);
    connection_->rollback();
    EXPECT_FALSE(connection_->in_transaction());
    insert(7);  // outside of any
    EXPECT_EQ(
        as_administrator("SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND pid = " +
                         backend_),
        "1");
}

TEST_F(FirstStatementTest, lost_with_the_connection_leaves_no_transaction) {
    connection_->begin(TransactionMode::write);
    as_administrator("SELECT pg_terminate_backend(" + backend_ + ", 5000)");
    const Error error = error_of([&] { insert(8); });
    EXPECT_EQ(error.code(), Errc::connection_lost);
    EXPECT_TRUE(error.retryable());
    EXPECT_FALSE(connection_->in_transaction());
}

TEST_F(FirstStatementTest, does_not_wait_where_others_have_the_native_handle) {
    connection_->begin(TransactionMode::write);
    auto* handle = static_cast<PGconn*>(connection_->extension("PGconn"));
    EXPECT_EQ(PQtransactionStatus(handle), PQTRANS_INTRANS);
    connection_->rollback();
    connection_->begin(TransactionMode::write);
    EXPECT_EQ(PQtransactionStatus(handle), PQTRANS_INTRANS);
    connection_->rollback();
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
