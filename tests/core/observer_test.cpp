// SPDX-License-Identifier: BSL-1.0
// An observer is told of every statement, once, with its kind, its failure, and its whole time.
#include "support/database_test.hpp"
#include "support/errors.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace enginebay {
namespace {

using testing::code_of;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

struct Seen {
    StatementKind kind;
    std::string sql;
    std::chrono::nanoseconds time;
    std::optional<Errc> failure;
};

class Notebook final : public StatementObserver {
public:
    void finished(const StatementEvent& event) noexcept override {
        const std::lock_guard lock{mutex_};
        seen_.push_back({event.kind, std::string{event.sql}, event.time, event.failure});
    }
    void retried(Errc why) noexcept override {
        const std::lock_guard lock{mutex_};
        retries_.push_back(why);
    }
    std::vector<Seen> take() {
        const std::lock_guard lock{mutex_};
        return std::exchange(seen_, {});
    }
    /// Of what was seen since the last time, the kinds.
    std::vector<std::string> kinds() {
        std::vector<std::string> kinds;
        for (const Seen& each : take()) {
            kinds.push_back(std::string{to_string(each.kind)} + (each.failure ? "!" : ""));
        }
        return kinds;
    }
    std::vector<Errc> retries() {
        const std::lock_guard lock{mutex_};
        return retries_;
    }

private:
    std::mutex mutex_;
    std::vector<Seen> seen_;
    std::vector<Errc> retries_;
};

class ObserverTest : public testing::DatabaseTest {
protected:
    void make_tables() override {
        database().observe(notebook_);
        database().session().execute("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
        EXPECT_THAT(notebook_->kinds(), ElementsAre("other"));
    }

    std::shared_ptr<Notebook> notebook_{std::make_shared<Notebook>()};
};

TEST_F(ObserverTest, hears_of_each_statement_what_it_does) {
    Session session = database().session();
    session.execute("INSERT INTO t VALUES (?, ?)", 1, "a");
    session.execute("  \n update t SET name = ?", "b");
    session.query_all<std::int64_t>("VALUES (1)");
    session.query_all<std::string>("-- update t\n/* delete */ SELECT name FROM t");
    session.query_all<std::int64_t>("INSERT INTO t VALUES (2, 'x') RETURNING id");
    session.query_all<std::int64_t>(
        "WITH \"delete\" AS (SELECT 'update' AS x) SELECT count(*) FROM \"delete\"");
    session.execute("WITH x AS (SELECT 7 AS id) INSERT INTO t SELECT id, 'y' FROM x");
    session.execute("DELETE FROM t");
    EXPECT_THAT(notebook_->kinds(), ElementsAre("insert", "update", "select", "select", "insert",
                                                "select", "insert", "delete"));
}

TEST_F(ObserverTest, hears_of_transactions_batches_and_transfers) {
    Session session = database().session();
    {
        Transaction transaction = session.transaction(TransactionMode::write);
        session.execute("INSERT INTO t VALUES (1, 'a')");
        transaction.commit();
    }
    EXPECT_THAT(notebook_->kinds(), ElementsAre("begin", "insert", "commit"));
    { const Transaction undone = session.transaction(TransactionMode::read); }
    EXPECT_THAT(notebook_->kinds(), ElementsAre("begin", "rollback"));
    session.copy_in("t", {"id", "name"},
                    std::vector<std::pair<std::int64_t, std::string>>{{2, "b"}, {3, "c"}});
    EXPECT_THAT(notebook_->kinds(), ElementsAre("begin", "bulk", "commit"));
    Batch batch = session.batch();
    batch.execute("DELETE FROM t");
    batch.run();
    EXPECT_EQ(notebook_->kinds().back(), "batch");
}

TEST_F(ObserverTest, hears_of_failures_with_their_code_and_text) {
    Session session = database().session();
    session.execute("INSERT INTO t VALUES (1, 'a')");
    notebook_->take();
    const std::string sql = "INSERT INTO t VALUES (1, 'b')";
    EXPECT_EQ(code_of([&] { session.execute(sql); }), Errc::unique_violation);
    EXPECT_EQ(code_of([&] { session.query_all<int>("SELECT nothing FROM t"); }), Errc::statement);
    const std::vector<Seen> seen = notebook_->take();
    ASSERT_EQ(seen.size(), 2U);
    EXPECT_EQ(seen[0].sql, sql);
    EXPECT_EQ(seen[0].failure, Errc::unique_violation);
    EXPECT_EQ(seen[1].kind, StatementKind::select);
    EXPECT_EQ(seen[1].failure, Errc::statement);
}

TEST_F(ObserverTest, hears_of_a_failure_between_two_rows_once) {
    Session session = database().session();
    session.execute("INSERT INTO t VALUES (1, 'a'), (0, 'b')");
    notebook_->take();
    // Whole or row by row, at once or later: the failure is told once.
    code_of([&] {
        for ([[maybe_unused]] const auto& id : session.stream<std::int64_t>(
                 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200) "
                 "SELECT abs(CASE WHEN i = 150 THEN -9223372036854775807 - 1 ELSE i END) FROM n")) {
        }
    });
    EXPECT_THAT(notebook_->kinds(), ElementsAre("select!"));
}

TEST_F(ObserverTest, a_query_lasts_until_its_range_is_left) {
    Session session = database().session();
    session.execute("INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    notebook_->take();
    {
        std::string text = "SELECT id FROM t";
        auto rows = session.query<std::int64_t>(text);
        text.assign(text.size(), 'x');  // the text need not outlive the call
        EXPECT_EQ(*rows.begin(), 1);
        std::this_thread::sleep_for(20ms);
        EXPECT_THAT(notebook_->take(), IsEmpty()) << "it is not over yet";
    }
    const std::vector<Seen> seen = notebook_->take();
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_EQ(seen[0].sql, "SELECT id FROM t");
    EXPECT_GE(seen[0].time, 20ms);
    // Left open in the untyped form: over when the session is given back.
    session.query_encoded("SELECT id FROM t", {});
    EXPECT_THAT(notebook_->take(), IsEmpty());
    { const Session given_back = std::move(session); }
    EXPECT_THAT(notebook_->kinds(), ElementsAre("select"));
}

TEST_F(ObserverTest, hears_of_transactions_that_are_run_again) {
    int runs = 0;
    const auto fails_once = [&runs](Session&) {
        if (++runs % 2 == 1) {
            throw Error{Errc::serialization, "once more"};
        }
    };
    database().transaction(TransactionMode::write, fails_once);
    database().submit(TransactionMode::read, fails_once).get();
    EXPECT_THAT(notebook_->retries(), ElementsAre(Errc::serialization, Errc::serialization));
}

TEST_F(ObserverTest, is_one_and_there_from_the_start) {
    EXPECT_EQ(code_of([&] { database().observe(std::make_shared<Notebook>()); }), Errc::usage);
    Database late = Database::open(test_database().config(), testing::plugin_host());
    late.session().execute("SELECT 1");
    EXPECT_EQ(code_of([&] { late.observe(std::make_shared<Notebook>()); }), Errc::usage);
}

TEST_F(ObserverTest, the_pool_counts_who_waits) {
    DatabaseConfig config = test_database().config();
    config.pool = {};
    config.pool.size = 1;
    config.pool.overflow = 0;
    config.pool.timeout = 50ms;
    Database small = Database::open(config, testing::plugin_host());
    const Session only = small.session();
    EXPECT_EQ(code_of([&] { small.session(); }), Errc::pool_exhausted);
    const PoolStatus status = small.pool_status();
    EXPECT_EQ(status.most, 1U);
    EXPECT_EQ(status.waits, 1U);
    EXPECT_EQ(status.exhausted, 1U);
}

}  // namespace
}  // namespace enginebay
