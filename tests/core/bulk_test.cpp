// SPDX-License-Identifier: BSL-1.0
// Bulk transfers: structs, tuples and generators into a table, all of them or none.
#include "support/backend.hpp"

#include <enginebay/database.hpp>

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>
#include <list>
#include <optional>
#include <ranges>
#include <sstream>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

namespace enginebay {
namespace {

struct Item {
    std::int64_t id{0};
    std::optional<std::string> name;
    std::optional<std::int64_t> small;
    std::optional<double> weight;
    std::optional<bool> good;
    std::optional<Timestamp> seen;
    std::optional<Blob> data;
    bool operator==(const Item&) const = default;
};

constexpr auto fields(const Item* /*tag*/) {
    return std::tuple{field("id", &Item::id),       field("name", &Item::name),
                      field("small", &Item::small), field("weight", &Item::weight),
                      field("good", &Item::good),   field("seen", &Item::seen),
                      field("data", &Item::data)};
}

using Pair = std::tuple<std::int64_t, std::string>;

Column column(std::string name, ColumnType type, bool nullable) {
    return Column{std::move(name), type, nullable, {}, {}, {}};
}

/// The row's text in the backend's own spelling, to look for it in messages.
template <class Fn>
Error error_of(Fn&& fn) {
    try {
        fn();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no error came";
    return Error{Errc::internal, "none"};
}

bool says(const Error& error, std::string_view words) {
    return std::string_view{error.what()}.find(words) != std::string_view::npos;
}

class BulkTest : public testing::BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        test_database_.emplace(create_database());
        database_.emplace(test_database_->engine(), PoolConfig{});
        Table items;
        items.name = "items";
        items.columns = {
            column("id", ColumnType::integer, false),   column("name", ColumnType::text, true),
            column("small", ColumnType::integer, true), column("weight", ColumnType::real, true),
            column("good", ColumnType::boolean, true),  column("seen", ColumnType::timestamp, true),
            column("data", ColumnType::blob, true)};
        items.primary_key = {"id"};
        create(items);
        Table checked;
        checked.name = "checked 1";
        checked.columns = {column("id", ColumnType::integer, false),
                           column("word", ColumnType::text, false)};
        checked.primary_key = {"id"};
        checked.checks = {{"short_word", "length(word) < 10"}};
        create(checked);
        Table referring;
        referring.name = "referring";
        referring.columns = {column("id", ColumnType::integer, false),
                             column("item", ColumnType::integer, false)};
        referring.primary_key = {"id"};
        referring.foreign_keys = {ForeignKey{"to_items", {"item"}, "items", {"id"}, {}, {}}};
        create(referring);
    }
    void TearDown() override { database_.reset(); }

    void create(const Table& table) {
        Session session = database().session();
        const auto migrator = database().engine().migrator();
        for (const std::string& sql : migrator->render(CreateTable{table}, {})) {
            session.execute(sql);
        }
    }
    std::int64_t count(std::string_view table) {
        Session session = database().session();
        return session.query_one<std::int64_t>("SELECT count(*) FROM " +
                                               session.dialect().quote(table));
    }
    Database& database() { return *database_; }
    testing::TestDatabase& test_database() { return *test_database_; }

private:
    std::optional<testing::TestDatabase> test_database_;
    std::optional<Database> database_;
};

std::vector<Item> samples() {
    const Timestamp time{std::chrono::microseconds{1'700'000'000'123'456}};
    return {
        Item{1, "one", 7, 1.5, true, time, Blob{std::byte{0}, std::byte{255}, std::byte{'\\'}}},
        Item{2, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt},
        Item{3, "", 0, 0.0, false, Timestamp{}, Blob{}},
        Item{std::numeric_limits<std::int64_t>::min(),
             "tab\there, line\nbreak, back\\slash, \\N, é",
             std::numeric_limits<std::int64_t>::max(), -1e300, true,
             Timestamp{std::chrono::microseconds{-1}}, Blob(100'000, std::byte{'x'})}};
}

TEST_F(BulkTest, structs_go_in_and_come_back) {
    Session session = database().session();
    const std::vector<Item> items = samples();
    EXPECT_EQ(session.copy_in("items", items), 4);
    std::vector<Item> expected{items[3], items[0], items[1], items[2]};
    EXPECT_EQ(session.query_all<Item>("SELECT * FROM items ORDER BY id"), expected);
    EXPECT_FALSE(session.in_transaction());
    EXPECT_EQ(session.copy_in("items", std::vector<Item>{}), 0);
}

TEST_F(BulkTest, ranges_and_generators_of_every_kind) {
    Session session = database().session();
    const std::list<Pair> listed{{1, "one"}, {2, "two"}};
    EXPECT_EQ(session.copy_in("items", {"id", "name"}, listed), 2);
    const std::array<std::pair<int, const char*>, 1> pairs{{{3, "three"}}};
    EXPECT_EQ(session.copy_in("items", {"id", "name"}, pairs), 1);
    // A view makes its rows on the way: nothing of them may be looked at after the next one.
    EXPECT_EQ(session.copy_in("items", {"id", "name"},
                              std::views::iota(4, 1'004) | std::views::transform([](int i) {
                                  return Pair{i, "a text too long for a small string: " +
                                                     std::to_string(i)};
                              })),
              1'000);
    std::istringstream words{"2001 2002 2003"};
    EXPECT_EQ(session.copy_in("items", {"id"},
                              std::ranges::istream_view<int>(words) |
                                  std::views::transform([](int i) { return std::tuple{i}; })),
              3);
    std::int64_t next = 3'000;
    EXPECT_EQ(session.copy_in("items",
                              [&next]() -> std::optional<Item> {
                                  if (next == 3'002) {
                                      return std::nullopt;
                                  }
                                  Item item;
                                  item.id = next++;
                                  return item;
                              }),
              2);
    EXPECT_EQ(session.query_one<std::int64_t>("SELECT count(*) FROM items"), 1'008);
    EXPECT_EQ(session.query_one<std::string>("SELECT name FROM items WHERE id = 1003"),
              "a text too long for a small string: 1003");
    EXPECT_EQ(session.query_one<std::string>("SELECT name FROM items WHERE id = 3"), "three");
}

TEST_F(BulkTest, progress_counts_up_to_the_end) {
    Session session = database().session();
    std::vector<std::int64_t> told;
    BulkOptions options;
    options.progress = [&told](std::int64_t rows) { told.push_back(rows); };
    options.progress_every = 100;
    session.copy_in("items", {"id"}, std::views::iota(0, 250) | std::views::transform([](int i) {
                                         return std::tuple{i};
                                     }),
                    options);
    EXPECT_EQ(told, (std::vector<std::int64_t>{100, 200, 250}));
    options.progress = [](std::int64_t) { throw std::runtime_error{"enough"}; };
    EXPECT_THROW(session.copy_in("items", {"id"},
                                 std::views::iota(1'000, 2'000) |
                                     std::views::transform([](int i) { return std::tuple{i}; }),
                                 options),
                 std::runtime_error);
    EXPECT_EQ(count("items"), 250);
}

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

TEST_F(BulkTest, inside_a_transaction_it_is_a_part_of_it) {
    Session session = database().session();
    {
        const Transaction undone = session.transaction(TransactionMode::write);
        EXPECT_EQ(session.copy_in("items", samples()), 4);
        EXPECT_TRUE(session.in_transaction());
    }
    EXPECT_EQ(count("items"), 0);
    Transaction transaction = session.transaction(TransactionMode::write);
    session.execute("INSERT INTO items (id) VALUES (77)");
    const std::vector<std::tuple<int>> clash{{76}, {77}};
    EXPECT_EQ(error_of([&] { session.copy_in("items", {"id"}, clash); }).code(),
              Errc::unique_violation);
    EXPECT_EQ(session.copy_in("items", samples()), 4);
    transaction.commit();
    EXPECT_EQ(count("items"), 5);
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

TEST_F(BulkTest, upserts_add_and_replace) {
    Session session = database().session();
    session.copy_in("items", samples());
    std::vector<Item> changed = samples();
    changed[0].name = "changed";
    changed[2].weight = 9.5;
    changed.push_back(Item{4, "new", {}, {}, {}, {}, {}});
    EXPECT_EQ(session.upsert_all("items", {"id"}, changed), 5);
    EXPECT_EQ(session.query_all<Item>("SELECT * FROM items ORDER BY id"),
              (std::vector<Item>{changed[3], changed[0], changed[1], changed[2], changed[4]}));
    const std::vector<Pair> names{{1, "by tuple"}, {9, "nine"}};
    Transaction transaction = session.transaction(TransactionMode::write);
    EXPECT_EQ(session.upsert_all("items", {"id"}, {"id", "name"}, names), 2);
    EXPECT_EQ(session.upsert_all("items", {"id"}, {"id", "name"}, names), 2)
        << "twice in one transaction";
    transaction.commit();
    EXPECT_EQ(session.query_one<std::string>("SELECT name FROM items WHERE id = 1"), "by tuple");
    EXPECT_EQ(session.query_one<double>("SELECT weight FROM items WHERE id = 1"), 1.5)
        << "columns that are not named stay";
}

TEST_F(BulkTest, of_several_rows_with_one_key_the_last_one_counts) {
    Session session = database().session();
    const std::vector<Pair> rows{{1, "first"}, {2, "other"}, {1, "second"}, {1, "last"}};
    EXPECT_EQ(session.upsert_all("items", {"id"}, {"id", "name"}, rows), 4);
    EXPECT_EQ(session.query_all<std::string>("SELECT name FROM items ORDER BY id"),
              (std::vector<std::string>{"last", "other"}));
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

TEST_F(BulkTest, types_beyond_the_plain_ones) {
    Table table;
    table.name = "kinds";
    table.columns = {column("id", ColumnType::uuid, false), column("doc", ColumnType::json, true)};
    table.primary_key = {"id"};
    create(table);
    Session session = database().session();
    const std::vector<std::pair<std::string, std::optional<std::string>>> rows{
        {"0f8fad5b-d9cb-469f-a165-70867728950e", R"({"a": 1})"},
        {"7c9e6679-7425-40de-944b-e07fc1f90ae7", std::nullopt}};
    EXPECT_EQ(session.copy_in("kinds", {"id", "doc"}, rows), 2);
    EXPECT_EQ(session.upsert_all("kinds", {"id"}, {"id", "doc"}, rows), 2);
    EXPECT_EQ(session.query_all<std::string>("SELECT id FROM kinds ORDER BY id"),
              (std::vector<std::string>{rows[0].first, rows[1].first}));
    EXPECT_EQ(session.query_one<std::string>("SELECT doc FROM kinds WHERE doc IS NOT NULL"),
              rows[0].second);
    // A type that no plugin writes in binary.
    session.execute("CREATE TABLE sums (id BIGINT PRIMARY KEY, sum NUMERIC(30, 4), name TEXT)");
    const std::vector<std::tuple<int, std::optional<std::string>, std::string>> sums{
        {1, "12345678901234.5678", "tab\tline\nback\\slash \\N \r"}, {2, std::nullopt, ""}};
    EXPECT_EQ(session.copy_in("sums", {"id", "sum", "name"}, sums), 2);
    EXPECT_EQ(session.query_all<std::string>("SELECT name FROM sums ORDER BY id"),
              (std::vector<std::string>{"tab\tline\nback\\slash \\N \r", ""}));
    EXPECT_EQ(session.query_one<std::int64_t>(
                  "SELECT count(*) FROM sums WHERE sum > 12345678901234 AND sum < 12345678901235"),
              1);
}

}  // namespace
}  // namespace enginebay
