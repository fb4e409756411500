// SPDX-License-Identifier: BSL-1.0
// Batches: many statements as one, each with its own result.
#include "support/database_test.hpp"
#include "support/errors.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace enginebay {
namespace {

using namespace std::chrono_literals;

struct Item {
    std::int64_t id{0};
    std::string name;
    bool operator==(const Item&) const = default;
};

constexpr auto fields(const Item* /*tag*/) {
    return std::tuple{field("id", &Item::id), field("name", &Item::name)};
}

using testing::code_of;
using testing::error_of;

class BatchTest : public testing::DatabaseTest {
protected:
    void make_tables() override {
        database().session().execute(
            "CREATE TABLE items (id bigint PRIMARY KEY, name text NOT NULL)");
    }

    std::vector<Item> items() {
        Session session = database().session();
        return session.query_all<Item>("SELECT id, name FROM items ORDER BY id");
    }

    static constexpr std::string_view insert = "INSERT INTO items (id, name) VALUES (?, ?)";
};

TEST_F(BatchTest, each_statement_has_its_result) {
    Session session = database().session();
    Batch batch = session.batch();
    const auto one = batch.execute(insert, 1, std::string{"one"});
    const auto two = batch.execute(insert, 2, "two");
    const auto names = batch.query<std::string>("SELECT name FROM items ORDER BY id");
    const auto changed = batch.execute("UPDATE items SET name = ? WHERE id > ?", "new", 0);
    const auto all = batch.query<Item>("SELECT name, id FROM items ORDER BY id");
    const auto none =
        batch.query<std::int64_t, std::string>("SELECT id, name FROM items WHERE id < 0");
    EXPECT_EQ(batch.size(), 6U);
    EXPECT_EQ(code_of([&] { (void)one.get(); }), Errc::usage);
    batch.run();
    EXPECT_EQ(one.get(), 1);
    EXPECT_EQ(two.get(), 1);
    EXPECT_EQ(names.get(), (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(changed.get(), 2);
    EXPECT_EQ(all.get(), (std::vector<Item>{{1, "new"}, {2, "new"}}));
    EXPECT_TRUE(none.get().empty());
    EXPECT_FALSE(session.in_transaction());
    EXPECT_EQ(items(), all.get());
}

TEST_F(BatchTest, values_may_be_gone_when_it_runs) {
    Session session = database().session();
    Batch batch = session.batch();
    for (int i = 0; i < 50; ++i) {
        const std::string sql =
            "INSERT INTO items (id, name) VALUES (?, ?) /* " + std::to_string(i % 5) + " */";
        batch.execute(sql, i, std::string(100, static_cast<char>('a' + i % 26)));
    }
    batch.run();
    const auto all = items();
    ASSERT_EQ(all.size(), 50U);
    EXPECT_EQ(all[27].name, std::string(100, 'b'));
}

TEST_F(BatchTest, the_same_batch_again_and_again) {
    Session session = database().session();
    for (int round = 0; round < 3; ++round) {
        Batch batch = session.batch();
        for (std::int64_t i = 0; i < 10; ++i) {
            batch.upsert("items", {"id"}, Item{i, "round " + std::to_string(round)});
        }
        const auto count = batch.query<std::int64_t>("SELECT count(*) FROM items");
        batch.run();
        EXPECT_EQ(count.get(), std::vector<std::int64_t>{10});
    }
    EXPECT_EQ(items().front().name, "round 2");
}

TEST_F(BatchTest, nothing_is_kept_when_a_statement_fails) {
    Session session = database().session();
    session.execute(insert, 3, "three");
    for (int round = 0; round < 2; ++round) {  // with statements prepared anew, and known ones
        Batch batch = session.batch();
        const auto good = batch.execute(insert, 1, "one");
        const auto read = batch.query<std::string>("SELECT name FROM items WHERE id = ?", 3);
        const auto bad = batch.execute(insert, 3, "again");
        const auto later = batch.execute(insert, 4, "four");
        const Error error = error_of([&] { batch.run(); });
        EXPECT_EQ(error.code(), Errc::unique_violation);
        EXPECT_NE(std::string{error.what()}.find("statement 3 of 4"), std::string::npos)
            << error.what();
        EXPECT_EQ(code_of([&] { (void)good.get(); }), Errc::transaction_aborted);
        EXPECT_EQ(code_of([&] { (void)read.get(); }), Errc::transaction_aborted);
        EXPECT_EQ(code_of([&] { (void)bad.get(); }), Errc::unique_violation);
        EXPECT_EQ(code_of([&] { (void)later.get(); }), Errc::transaction_aborted);
        EXPECT_FALSE(session.in_transaction());
        EXPECT_EQ(items().size(), 1U);
    }
    session.execute(insert, 5, "the session goes on");
}

TEST_F(BatchTest, a_failed_part_leaves_its_transaction_as_it_was) {
    Session session = database().session();
    Transaction transaction = session.transaction(TransactionMode::write);
    session.execute(insert, 1, "before");
    for (int round = 0; round < 2; ++round) {
        Batch bad = session.batch();
        bad.execute(insert, 2, "two");
        bad.execute(insert, 1, "again");
        EXPECT_EQ(code_of([&] { bad.run(); }), Errc::unique_violation);
    }
    Batch nonsense = session.batch();
    nonsense.execute(insert, 2, "two");
    nonsense.execute("INSERT INTO nowhere VALUES (?)", 2);
    const Error error = error_of([&] { nonsense.run(); });
    EXPECT_EQ(error.code(), Errc::statement);
    EXPECT_NE(std::string{error.what()}.find("statement 2 of 2"), std::string::npos)
        << error.what();
    Batch good = session.batch();
    good.execute(insert, 3, "three");
    good.run();
    EXPECT_TRUE(session.in_transaction());
    transaction.commit();
    EXPECT_EQ(items(), (std::vector<Item>{{1, "before"}, {3, "three"}}));
}

TEST_F(BatchTest, values_that_do_not_fit_are_that_statements_error) {
    Session session = database().session();
    session.execute("CREATE TABLE small (n smallint CHECK (n < 32768))");
    for (int round = 0; round < 2; ++round) {
        Batch batch = session.batch();
        batch.execute("INSERT INTO small VALUES (?)", 1);
        const auto bad = batch.execute("INSERT INTO small VALUES (?)", 70'000);
        const Error error = error_of([&] { batch.run(); });
        EXPECT_TRUE(error.code() == Errc::value || error.code() == Errc::check_violation);
        EXPECT_EQ(code_of([&] { (void)bad.get(); }), error.code());
        EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM small"), 0);
    }
    Batch counts = session.batch();
    counts.execute("INSERT INTO small VALUES (?)", 1, 2);
    EXPECT_EQ(code_of([&] { counts.run(); }), Errc::usage);
    EXPECT_FALSE(session.in_transaction());
}

TEST_F(BatchTest, a_row_of_another_kind_is_no_failure_of_the_batch) {
    Session session = database().session();
    Batch batch = session.batch();
    batch.execute(insert, 1, "one");
    const auto wrong = batch.query<std::int64_t>("SELECT name FROM items");
    const auto missing = batch.query<Item>("SELECT name FROM items");
    const auto right = batch.query<std::string>("SELECT name FROM items");
    batch.run();
    EXPECT_EQ(code_of([&] { (void)wrong.get(); }), Errc::value);
    EXPECT_EQ(code_of([&] { (void)missing.get(); }), Errc::statement);
    EXPECT_EQ(right.get(), std::vector<std::string>{"one"});
    EXPECT_EQ(items().size(), 1U);
}

TEST_F(BatchTest, ddl_and_what_uses_it_travel_together) {
    Session session = database().session();
    Batch batch = session.batch();
    batch.execute("CREATE TABLE made (id bigint PRIMARY KEY, word text)");
    batch.execute("INSERT INTO made VALUES (?, ?)", 7, "seven");
    const auto words = batch.query<std::string>("SELECT word FROM made WHERE id = ?", 7);
    batch.run();
    EXPECT_EQ(words.get(), std::vector<std::string>{"seven"});
}

TEST_F(BatchTest, plans_that_the_schema_made_stale_are_made_anew) {
    Session session = database().session();
    Session other = database().session();
    const std::string_view all = "SELECT * FROM items WHERE id = ?";
    const std::string_view one_more = "INSERT INTO items (id, name) VALUES (?, ?)";
    {
        Batch batch = session.batch();
        batch.execute(one_more, 1, "one");
        const auto rows = batch.query<Item>(all, 1);
        batch.run();
        EXPECT_EQ(rows.get().size(), 1U);
    }
    other.execute("ALTER TABLE items ADD COLUMN extra text");
    {
        Batch batch = session.batch();
        batch.execute(one_more, 2, "two");
        const auto rows =
            batch.query<std::int64_t, std::string, std::optional<std::string>>(all, 2);
        batch.run();
        EXPECT_EQ(rows.get().size(), 1U);
    }
    other.execute("ALTER TABLE items ADD COLUMN more text");
    Transaction transaction = session.transaction(TransactionMode::write);
    Batch batch = session.batch();
    batch.execute(one_more, 3, "three");
    const auto rows = batch.query<std::int64_t, std::string, std::optional<std::string>,
                                  std::optional<std::string>>(all, 3);
    batch.run();
    transaction.commit();
    EXPECT_EQ(rows.get().size(), 1U);
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM items"), 3);
}

TEST_F(BatchTest, a_read_batch_does_not_write) {
    Session session = database().session();
    Batch batch = session.batch(TransactionMode::read);
    const auto count = batch.query<std::int64_t>("SELECT count(*) FROM items");
    batch.run();
    EXPECT_EQ(count.get(), std::vector<std::int64_t>{0});
    Batch writing = session.batch(TransactionMode::read);
    writing.execute(insert, 1, "one");
    EXPECT_EQ(code_of([&] { writing.run(); }), Errc::read_only);
    EXPECT_TRUE(items().empty());
}

TEST_F(BatchTest, much_in_both_directions) {
    Session session = database().session();
    Batch batch = session.batch();
    const std::string text(2000, 'x');
    constexpr std::int64_t count = 5'000;
    std::vector<BatchResult<std::vector<std::string>>> read;
    for (std::int64_t i = 0; i < count; ++i) {
        batch.execute(insert, i, text);
        read.push_back(batch.query<std::string>("SELECT name FROM items WHERE id = ?", i));
    }
    batch.run();
    for (const auto& each : read) {
        ASSERT_EQ(each.get().size(), 1U);
        ASSERT_EQ(each.get().front(), text);
    }
}

TEST_F(BatchTest, many_different_statements) {
    Session session = database().session();
    for (int round = 0; round < 2; ++round) {
        Batch batch = session.batch();
        std::vector<BatchResult<std::vector<std::int64_t>>> read;
        for (int i = 0; i < 300; ++i) {
            read.push_back(batch.query<std::int64_t>(
                "SELECT count(*) + " + std::to_string(i) + " FROM items WHERE id >= ?", 0));
        }
        batch.run();
        for (int i = 0; i < 300; ++i) {
            ASSERT_EQ(read[static_cast<std::size_t>(i)].get().front(), i);
        }
    }
}

TEST_F(BatchTest, an_empty_one_and_one_run_twice) {
    Session session = database().session();
    Batch batch = session.batch();
    batch.run();
    EXPECT_EQ(code_of([&] { batch.run(); }), Errc::usage);
    EXPECT_EQ(code_of([&] { batch.execute("SELECT 1"); }), Errc::usage);
}

TEST_F(BatchTest, not_while_rows_are_read) {
    Session session = database().session();
    session.execute(insert, 1, "one");
    session.execute(insert, 2, "two");
    auto rows = session.query<std::int64_t>("SELECT id FROM items");
    auto first = rows.begin();
    EXPECT_EQ(*first > 0, true);
    Batch batch = session.batch();
    batch.execute(insert, 3, "three");
    EXPECT_EQ(code_of([&] { batch.run(); }), Errc::cursor_open);
}

TEST_F(BatchTest, a_text_commit_has_no_place_in_it) {
    Session session = database().session();
    Batch batch = session.batch();
    batch.execute(insert, 1, "one");
    batch.execute("COMMIT");
    EXPECT_THROW(batch.run(), Error);
    EXPECT_FALSE(session.in_transaction());
    session.execute(insert, 2, "the session goes on");
}

TEST_F(BatchTest, a_stop_request_ends_it) {
    Session session = database().session();
    std::stop_source stop;
    session.stop_with(stop.get_token());
    Batch before = session.batch();
    before.execute(insert, 1, "one");
    const std::string slow =
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) "
        "SELECT count(*) FROM n";
    before.query<std::int64_t>(slow);
    std::jthread stopper{[&] {
        std::this_thread::sleep_for(300ms);
        stop.request_stop();
    }};
    EXPECT_EQ(code_of([&] { before.run(); }), Errc::cancelled);
    EXPECT_TRUE(items().empty());
    Batch after = session.batch();
    after.execute(insert, 1, "one");
    EXPECT_EQ(code_of([&] { after.run(); }), Errc::cancelled);
}

TEST_F(BatchTest, a_connection_lost_is_told_and_may_be_run_again) {
    Session session = database().session();
    {
        Batch warm = session.batch();
        warm.execute(insert, 1, "one");
        warm.run();
    }
    const bool lost = backend().kill_connections(test_database());
    std::this_thread::sleep_for(200ms);
    Batch batch = session.batch();
    const auto result = batch.execute(insert, 2, "two");
    if (!lost) {  // a file has no other end that could hang up
        batch.run();
        EXPECT_EQ(items().size(), 2U);
        return;
    }
    const Error error = error_of([&] { batch.run(); });
    EXPECT_EQ(error.code(), Errc::connection_lost) << error.what();
    EXPECT_EQ(code_of([&] { (void)result.get(); }), Errc::connection_lost);
    EXPECT_EQ(items().size(), 1U);
}

}  // namespace
}  // namespace enginebay
