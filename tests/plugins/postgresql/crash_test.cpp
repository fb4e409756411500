// SPDX-License-Identifier: BSL-1.0
// The server crashes and recovers under sessions that are in use: each way to use one ends with an
// error that says so, at once, and the pool hands out none of them again.
#include "support/backend.hpp"
#include "support/errors.hpp"
#include "support/own_postgres.hpp"

#include <enginebay/database.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace enginebay {
namespace {

using testing::error_of;
using namespace std::chrono_literals;

class CrashTest : public testing::BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (!server_.failure().empty() && std::getenv("CI") == nullptr) {
            GTEST_SKIP() << server_.failure();
        }
        ASSERT_EQ(server_.failure(), "");
    }
    Database open(std::uint32_t sessions) {
        DatabaseConfig config = server_.config();
        config.pool.size = sessions;
        return Database::open(config, testing::plugin_host());
    }
    testing::OwnPostgres server_;
};

const std::map<std::string, std::function<void(Session&)>> uses{
    {"a transaction that writes",
     [](Session& session) {
         Transaction transaction = session.transaction(TransactionMode::write);
         session.execute("UPDATE items SET name = ? WHERE id = ?", "new", 1);
         transaction.commit();
     }},
    {"a transaction that reads",
     [](Session& session) {
         const Transaction transaction = session.transaction(TransactionMode::read);
         session.query_one<std::string>("SELECT name FROM items WHERE id = ?", 1);
     }},
    {"a statement", [](Session& session) { session.execute("DELETE FROM items WHERE id = ?", 2); }},
    {"a query",
     [](Session& session) {
         session.query_one<std::string>("SELECT name FROM items WHERE id = ?", 1);
     }},
    {"a stream",
     [](Session& session) {
         for (const auto& name : session.stream<std::string>("SELECT name FROM items")) {
             EXPECT_EQ(name, "one");
         }
     }},
    {"a batch",
     [](Session& session) {
         Batch batch = session.batch(TransactionMode::write);
         batch.execute("UPDATE items SET name = ? WHERE id = ?", "new", 1);
         batch.execute("UPDATE items SET name = ? WHERE id = ?", "new", 2);
         batch.run();
     }},
    {"rows in bulk",
     [](Session& session) {
         const std::vector<std::tuple<int, std::string>> rows{{7, "seven"}, {8, "eight"}};
         session.copy_in("items", {"id", "name"}, rows);
     }},
};

TEST_F(CrashTest, every_use_of_a_session_ends_and_the_next_one_works) {
    Database database = open(static_cast<std::uint32_t>(uses.size()) + 1);
    database.session().execute("CREATE TABLE items (id integer PRIMARY KEY, name text)");
    database.session().execute("INSERT INTO items VALUES (1, 'one')");
    std::map<std::string, Session> sessions;
    for (const auto& [name, use] : uses) {
        Session& session = sessions.emplace(name, database.session()).first->second;
        session.execute("UPDATE items SET name = ? WHERE id = ?", "one", 1);  // prepared from now
        session.query_one<std::string>("SELECT name FROM items WHERE id = ?", 1);
    }
    ASSERT_TRUE(server_.kill_process("checkpointer"));
    ASSERT_TRUE(testing::wait_until(
        [&] {
            try {
                return open(1).session().query_one<int>("SELECT 1") == 1;
            } catch (const Error&) {
                return false;
            }
        },
        60s))
        << "the server did not recover";
    for (const auto& use : uses) {
        const Error error = error_of([&] { use.second(sessions.at(use.first)); });
        EXPECT_TRUE(error.code() == Errc::connection_lost || error.code() == Errc::in_doubt)
            << use.first << ": " << error.what();
    }
    sessions.clear();
    std::vector<Session> again;
    for (std::size_t i = 0; i <= uses.size(); ++i) {
        again.push_back(database.session());
        uses.at("a query")(again.back());
    }
}

}  // namespace
}  // namespace enginebay
