// SPDX-License-Identifier: BSL-1.0
// Code that speaks Poco on a connection of ours.
#include "fixture.hpp"

#include <enginebay/poco.hpp>

#include <Poco/Data/DataException.h>
#include <Poco/Data/Statement.h>
#include <Poco/Data/Transaction.h>

namespace enginebay::testing {
namespace {

using Poco::Data::Keywords::into;
using Poco::Data::Keywords::now;
using Poco::Data::Keywords::use;

class PocoTest : public PostgresTest {};

TEST_F(PocoTest, a_session_shares_the_connection) {
    const auto connection = connect();
    Poco::Data::Session session = poco_session(*connection);
    session << "CREATE TABLE t (a bigint)", now;
    std::int64_t number = 5;
    session << "INSERT INTO t VALUES ($1)", use(number), now;
    EXPECT_EQ(ask(*connection, "SELECT a FROM t"), "5");
    execute(*connection, "UPDATE t SET a = 6");
    session << "SELECT a FROM t", into(number), now;
    EXPECT_EQ(number, 6);
}

TEST_F(PocoTest, a_transaction_is_the_same_on_both_sides) {
    const auto connection = connect();
    execute(*connection, "CREATE TABLE t (a bigint PRIMARY KEY)");
    Poco::Data::Session session = poco_session(*connection);
    session.begin();
    EXPECT_TRUE(connection->in_transaction());
    connection->rollback();
    EXPECT_FALSE(session.isTransaction());
    execute(*connection, "BEGIN");
    EXPECT_TRUE(session.isTransaction()) << "a text BEGIN is seen";
    EXPECT_THROW(session.begin(), Poco::Data::DataException);
    session.rollback();
    EXPECT_FALSE(connection->in_transaction());
}

// Poco's own commit() takes the server's answer ROLLBACK for a success.
TEST_F(PocoTest, commit_of_a_failed_transaction_throws) {
    const auto connection = connect();
    Poco::Data::Session session = poco_session(*connection);
    session.begin();
    EXPECT_THROW((session << "SELECT nothing", now), Poco::Data::DataException);
    EXPECT_THROW(session.commit(), Poco::Data::DataException);
    EXPECT_FALSE(session.isTransaction());
}

TEST_F(PocoTest, a_session_that_outlives_its_connection_is_closed) {
    auto connection = connect();
    Poco::Data::Session session = poco_session(*connection);
    const std::string pid = backend_of(*connection);
    EXPECT_TRUE(session.isGood());
    connection.reset();
    EXPECT_FALSE(session.isConnected());
    EXPECT_TRUE(wait_until(
        [&] {
            return as_administrator("SELECT count(*) FROM pg_stat_activity WHERE pid = " + pid) ==
                   "0";
        },
        5s));
}

TEST_F(PocoTest, a_killed_session_is_not_good) {
    const auto connection = connect();
    Poco::Data::Session session = poco_session(*connection);
    kill(backend_of(*connection));
    EXPECT_FALSE(session.isGood());
}

}  // namespace
}  // namespace enginebay::testing
