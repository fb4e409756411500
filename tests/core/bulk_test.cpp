// SPDX-License-Identifier: BSL-1.0
// Bulk transfers: structs, tuples and generators into a table.
#include "bulk_fixture.hpp"

#include <array>
#include <chrono>
#include <list>
#include <ranges>
#include <sstream>

namespace enginebay {
namespace {

using testing::error_of;

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
