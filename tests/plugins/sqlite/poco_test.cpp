// SPDX-License-Identifier: BSL-1.0
// Code that speaks Poco on a connection of ours.
#include "fixture.hpp"

#include <enginebay/poco.hpp>

#include <Poco/Data/DataException.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Data/Transaction.h>

namespace enginebay::testing {
namespace {

using Poco::Data::Keywords::into;
using Poco::Data::Keywords::now;
using Poco::Data::Keywords::use;

class PocoTest : public SqliteTest {
protected:
    std::unique_ptr<Connection> connection_ = connect();
};

TEST_F(PocoTest, a_session_shares_the_connection) {
    Poco::Data::Session session = poco_session(*connection_);
    session << "CREATE TABLE t (a INTEGER, b TEXT)", now;
    int number = 5;
    std::string words = "five";
    session << "INSERT INTO t VALUES (?, ?)", use(number), use(words), now;
    EXPECT_EQ(ask(*connection_, "SELECT b FROM t WHERE a = 5"), "five");
    execute(*connection_, "UPDATE t SET a = 6");
    session << "SELECT a FROM t", into(number), now;
    EXPECT_EQ(number, 6);
}

TEST_F(PocoTest, a_transaction_is_the_same_on_both_sides) {
    Poco::Data::Session session = poco_session(*connection_);
    execute(*connection_, "CREATE TABLE t (a INTEGER)");
    session.begin();
    EXPECT_TRUE(connection_->in_transaction());
    execute(*connection_, "INSERT INTO t VALUES (1)");
    session.rollback();
    EXPECT_FALSE(connection_->in_transaction());
    execute(*connection_, "BEGIN");
    EXPECT_TRUE(session.isTransaction()) << "a text BEGIN is seen";
    execute(*connection_, "ROLLBACK");
    connection_->begin(TransactionMode::write);
    EXPECT_TRUE(session.isTransaction());
    EXPECT_THROW(session.begin(), Poco::Data::DataException);
    connection_->rollback();
    {
        Poco::Data::Transaction transaction{session, true};
        session << "INSERT INTO t VALUES (2)", now;
        transaction.commit();
    }
    EXPECT_EQ(ask(*connection_, "SELECT group_concat(a) FROM t"), "2");
}

TEST_F(PocoTest, begin_takes_the_turn_to_write) {
    engine_ = open_sqlite(path_, {{"busy_timeout", "50"}});
    const auto one = connect();
    const auto two = connect();
    poco_session(*one).begin();
    EXPECT_EQ(error_of([&] { two->begin(TransactionMode::write); }).code(), Errc::busy);
    one->reset();
    two->begin(TransactionMode::write);
    two->commit();
}

TEST_F(PocoTest, a_session_may_outlive_its_connection) {
    Poco::Data::Session session = poco_session(*connection_);
    EXPECT_TRUE(session.isGood());
    connection_.reset();
    EXPECT_FALSE(session.isGood());
    EXPECT_FALSE(session.isTransaction());
    EXPECT_THROW(session.begin(), Poco::Exception);
    EXPECT_THROW((session << "SELECT 1", now), Poco::Exception);
}

TEST_F(PocoTest, it_is_not_opened_a_second_time) {
    Poco::Data::Session session = poco_session(*connection_);
    EXPECT_THROW(session.reconnect(), Poco::Exception);
}

}  // namespace
}  // namespace enginebay::testing
