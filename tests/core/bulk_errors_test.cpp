// SPDX-License-Identifier: BSL-1.0
// Bulk transfers that fail: all rows or none, and the row that is at fault by its number.
#include "bulk_fixture.hpp"

#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <thread>

namespace enginebay {
namespace {

using testing::error_of;
using testing::says;

TEST_F(BulkTest, a_key_that_is_there_names_its_row_and_nothing_stays) {
    Session session = database().session();
    session.execute("INSERT INTO items (id) VALUES (500)");
    const auto rows =
        std::views::iota(1, 2'001) | std::views::transform([](int i) { return Pair{i, "name"}; });
    const Error error = error_of([&] { session.copy_in("items", {"id", "name"}, rows); });
    EXPECT_EQ(error.code(), Errc::unique_violation);
    EXPECT_TRUE(says(error, "row 500 ")) << error.what();
    EXPECT_FALSE(session.in_transaction());
    EXPECT_EQ(count("items"), 1);
}

TEST_F(BulkTest, a_check_and_a_missing_value_name_their_row) {
    Session session = database().session();
    std::vector<std::pair<int, std::optional<std::string>>> rows;
    for (int i = 1; i <= 100; ++i) {
        rows.emplace_back(i, "short");
    }
    rows[41].second = "much too long a word";
    Error error = error_of([&] { session.copy_in("checked 1", {"id", "word"}, rows); });
    EXPECT_EQ(error.code(), Errc::check_violation);
    EXPECT_TRUE(says(error, "row 42 ")) << error.what();
    rows[41].second = std::nullopt;
    error = error_of([&] { session.copy_in("checked 1", {"id", "word"}, rows); });
    EXPECT_EQ(error.code(), Errc::not_null_violation);
    EXPECT_TRUE(says(error, "row 42 ")) << error.what();
    EXPECT_EQ(count("checked 1"), 0);
}

TEST_F(BulkTest, a_missing_reference_names_its_row) {
    Session session = database().session();
    session.execute("INSERT INTO items (id) VALUES (1)");
    std::vector<std::pair<int, int>> rows;
    for (int i = 1; i <= 50; ++i) {
        rows.emplace_back(i, i == 33 ? 99 : 1);
    }
    Error error = error_of([&] { session.copy_in("referring", {"id", "item"}, rows); });
    EXPECT_EQ(error.code(), Errc::foreign_key_violation);
    EXPECT_TRUE(says(error, "row 33 ")) << error.what();
    // Rows that come once cannot be looked at twice; then the number may be missing.
    std::size_t at = 0;
    error = error_of([&] {
        session.copy_in("referring", {"id", "item"}, [&]() -> std::optional<std::pair<int, int>> {
            return at < rows.size() ? std::optional{rows[at++]} : std::nullopt;
        });
    });
    EXPECT_EQ(error.code(), Errc::foreign_key_violation);
    EXPECT_TRUE(says(error, "row 33 ") || says(error, "one of the 50 rows")) << error.what();
    EXPECT_EQ(count("referring"), 0);
}

TEST_F(BulkTest, a_value_that_cannot_be_kept_names_row_and_column) {
    Session session = database().session();
    std::vector<Pair> rows{{1, "one"}, {2, "two"}, {3, "\xFF"}};
    const Error error = error_of([&] { session.copy_in("items", {"id", "name"}, rows); });
    EXPECT_EQ(error.code(), Errc::value);
    EXPECT_TRUE(says(error, "row 3 ") && says(error, "\"name\"")) << error.what();
    EXPECT_EQ(error.object(), "name");
    EXPECT_EQ(count("items"), 0);
}

TEST_F(BulkTest, mistakes_of_the_call_are_no_fault_of_a_row) {
    Session session = database().session();
    const std::vector<Pair> rows{{1, "one"}};
    Error error = error_of([&] { session.copy_in("nowhere", {"id", "name"}, rows); });
    EXPECT_EQ(error.code(), Errc::statement);
    EXPECT_FALSE(says(error, "row 1")) << error.what();
    error = error_of([&] { session.copy_in("items", {"id", "nothing"}, rows); });
    EXPECT_EQ(error.code(), Errc::statement);
    error = error_of([&] { session.copy_in("items", {"id"}, rows); });
    EXPECT_EQ(error.code(), Errc::usage);
    EXPECT_EQ(session.copy_in("items", {"id", "name"}, rows), 1);
}

TEST_F(BulkTest, what_a_generator_throws_comes_out_and_nothing_stays) {
    Session session = database().session();
    int next = 0;
    const auto failing = [&next]() -> std::optional<Pair> {
        if (next == 5'000) {
            throw std::out_of_range{"the file ends here"};
        }
        return Pair{next++, "some text to fill more than one packet on its way to the database"};
    };
    EXPECT_THROW(session.copy_in("items", {"id", "name"}, failing), std::out_of_range);
    EXPECT_FALSE(session.in_transaction());
    EXPECT_EQ(count("items"), 0);
    next = 0;
    Transaction transaction = session.transaction(TransactionMode::write);
    session.execute("INSERT INTO items (id) VALUES (-1)");
    EXPECT_THROW(session.copy_in("items", {"id", "name"}, failing), std::out_of_range);
    EXPECT_THROW(session.upsert_all("items", {"id"}, {"id", "name"}, failing), std::out_of_range);
    transaction.commit();
    EXPECT_EQ(count("items"), 1) << "the rest of the transaction goes on";
}

TEST_F(BulkTest, a_read_transaction_refuses_it) {
    Session session = database().session();
    const Transaction reading = session.transaction(TransactionMode::read);
    EXPECT_EQ(error_of([&] { session.copy_in("items", samples()); }).code(), Errc::read_only);
    EXPECT_EQ(error_of([&] { session.upsert_all("items", {"id"}, samples()); }).code(),
              Errc::read_only);
}

TEST_F(BulkTest, a_cancel_keeps_nothing) {
    for (const bool by_stop : {false, true}) {
        Session session = database().session();
        std::stop_source stop;
        session.stop_with(stop.get_token());
        std::int64_t next = 0;
        std::jthread canceller;
        const Error error = error_of([&] {
            session.copy_in("items", {"id", "name"}, [&]() -> std::optional<Pair> {
                if (next == 20'000) {
                    canceller = std::jthread{[&] {
                        if (by_stop) {
                            stop.request_stop();
                        } else {
                            session.cancel();
                        }
                    }};
                }
                return Pair{next++, "without end"};
            });
        });
        canceller = {};
        EXPECT_EQ(error.code(), Errc::cancelled) << error.what();
        EXPECT_FALSE(session.in_transaction());
        session = database().session();
        EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM items"), 0);
    }
}

TEST_F(BulkTest, a_connection_killed_in_the_middle_keeps_nothing) {
    {
        Session session = database().session();
        std::int64_t next = 0;
        bool killed = false;
        try {
            session.copy_in("items", {"id", "name"}, [&]() -> std::optional<Pair> {
                if (next == 5'000) {
                    killed = backend().kill_connections(test_database());
                    if (!killed) {
                        return std::nullopt;
                    }
                }
                return next < 500'000 ? std::optional{Pair{next++, "some text"}} : std::nullopt;
            });
            EXPECT_FALSE(killed);
            session.execute("DELETE FROM items");
        } catch (const Error& error) {
            EXPECT_TRUE(killed);
            EXPECT_EQ(error.code(), Errc::connection_lost) << error.what();
        }
    }
    EXPECT_EQ(count("items"), 0);
}

TEST_F(BulkTest, an_upsert_that_fails_names_its_row_and_keeps_nothing) {
    Session session = database().session();
    std::vector<Pair> rows{{1, "one"}, {2, "two"}, {3, "much too long a word"}, {4, "four"}};
    const Error error =
        error_of([&] { session.upsert_all("checked 1", {"id"}, {"id", "word"}, rows); });
    EXPECT_EQ(error.code(), Errc::check_violation);
    EXPECT_TRUE(says(error, "row 3 ")) << error.what();
    EXPECT_EQ(count("checked 1"), 0);
    EXPECT_EQ(
        error_of([&] { session.upsert_all("checked 1", {"x"}, {"id", "word"}, rows); }).code(),
        Errc::usage);
    rows[2] = {3, "three"};
    EXPECT_EQ(session.upsert_all("checked 1", {"id"}, {"id", "word"}, rows), 4);
}

TEST_F(BulkTest, rows_whose_maker_ends_the_transaction_are_refused) {
    Session session = database().session();
    std::int64_t next = 0;
    const Error error = error_of([&] {
        session.copy_in("items", {"id", "name"}, [&]() -> std::optional<Pair> {
            if (next == 3) {
                session.execute("ROLLBACK");
            }
            return next < 10 ? std::optional{Pair{next++, "text"}} : std::nullopt;
        });
    });
    EXPECT_TRUE(error.code() == Errc::usage || error.code() == Errc::cursor_open) << error.what();
    session = database().session();
    EXPECT_EQ(count("items"), 0) << "no row is a transaction of its own";
}

}  // namespace
}  // namespace enginebay
