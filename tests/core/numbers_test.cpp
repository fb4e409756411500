// SPDX-License-Identifier: BSL-1.0
// Decimals, days and arrays: exact on every backend, in columns of the backend's own types and in
// portable ones.
#include "support/database_test.hpp"
#include "support/errors.hpp"

#include <enginebay/array.hpp>
#include <enginebay/numbers.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace enginebay {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::year;
using testing::code_of;

struct Thing {
    std::int64_t id{0};
    Decimal price;
    std::optional<Date> born;
    TextArray tags;
    IntegerArray sizes;
    bool operator==(const Thing&) const = default;
};
constexpr auto fields(const Thing* /*tag*/) {
    return std::tuple{field("id", &Thing::id), field("price", &Thing::price),
                      field("born", &Thing::born), field("tags", &Thing::tags),
                      field("sizes", &Thing::sizes)};
}

Decimal decimal(std::string_view text) { return Decimal::parse(text).value(); }

const std::vector<std::string> difficult{
    "",      "plain", "two words",      "a,b",          "{}",  "\"quoted\"",
    "b\\ck", "NULL",  "tab\tnew\nline", "žluťoučký 🐎", "[1]", "\x01"};

TEST(Decimal, is_read_as_it_is_written) {
    EXPECT_EQ(decimal("1.50").text(), "1.50");
    EXPECT_EQ(decimal("+0012.5").text(), "12.5");
    EXPECT_EQ(decimal("-.5").text(), "-0.5");
    EXPECT_EQ(decimal("5.").text(), "5");
    EXPECT_EQ(decimal("-0.00").text(), "0.00");
    EXPECT_EQ(decimal("1.5e3").text(), "1500");
    EXPECT_EQ(decimal("12.345E+1").text(), "123.45");
    EXPECT_EQ(decimal("12e-4").text(), "0.0012");
    EXPECT_EQ(decimal("123456789012345678901234567890.000000000000000000001").text(),
              "123456789012345678901234567890.000000000000000000001");
    EXPECT_EQ(Decimal{}.text(), "0");
    EXPECT_EQ(Decimal{std::numeric_limits<std::int64_t>::min()}.text(), "-9223372036854775808");
    for (const std::string_view bad :
         {"", "-", ".", "e5", "1e", "1e+-5", "1.2.3", "NaN", "Infinity", "1 ", " 1", "1,5", "0x10",
          "1e999999999999", "--1", "1e200000"}) {
        EXPECT_FALSE(Decimal::parse(bad)) << bad;
    }
}

TEST(Decimal, compares_by_value) {
    EXPECT_EQ(decimal("1.50"), decimal("1.5"));
    EXPECT_EQ(decimal("0"), decimal("-0.0"));
    EXPECT_EQ(Decimal{7}, decimal("7.000"));
    const std::vector<std::string_view> ascending{"-100000000000000000000",
                                                  "-99.5",
                                                  "-99.45",
                                                  "-1",
                                                  "-0.001",
                                                  "0",
                                                  "0.0005",
                                                  "0.001",
                                                  "1",
                                                  "1.0001",
                                                  "9",
                                                  "10",
                                                  "99999999999999999999.9"};
    for (std::size_t i = 0; i + 1 < ascending.size(); ++i) {
        EXPECT_LT(decimal(ascending[i]), decimal(ascending[i + 1]));
        EXPECT_GT(decimal(ascending[i + 1]), decimal(ascending[i]));
    }
}

TEST(Decimal, becomes_an_integer_only_where_nothing_is_lost) {
    EXPECT_EQ(decimal("-42.00").as_integer(), -42);
    EXPECT_EQ(decimal("9223372036854775807").as_integer(),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(decimal("9223372036854775808").as_integer(), std::nullopt);
    EXPECT_EQ(decimal("1.5").as_integer(), std::nullopt);
    EXPECT_DOUBLE_EQ(decimal("1.5").as_real(), 1.5);
    EXPECT_EQ(decimal("1.50").places(), 2U);
}

TEST(Date, is_a_day_that_exists) {
    EXPECT_EQ(Date::parse("2026-01-31")->day(), year{2026} / month{1} / day{31});
    EXPECT_EQ(Date(year{33} / month{4} / day{3}).text(), "0033-04-03");
    EXPECT_LT(*Date::parse("1999-12-31"), *Date::parse("2000-01-01"));
    for (const std::string_view bad : {"2026-02-30", "26-01-01", "2026-1-1", "2026-01-31 ",
                                       "0000-01-01", "", "2026-01-31T00:00"}) {
        EXPECT_FALSE(Date::parse(bad)) << bad;
    }
    EXPECT_EQ(code_of([] { Date{year{2025} / month{2} / day{29}}; }), Errc::value);
    EXPECT_EQ(code_of([] { Date{year{-1} / month{2} / day{1}}; }), Errc::value);
}

class NumbersTest : public testing::DatabaseTest {
protected:
    void make_tables() override {
        Session session = database().session();
        session.execute(
            "CREATE TABLE portable (id bigint PRIMARY KEY, price text, born text, tags text, "
            "sizes text)");
        // Types of its own where the backend has them; elsewhere the same, in text.
        const bool own = database().engine().capabilities().has(Capability::native_timestamp);
        session.execute(
            own ? "CREATE TABLE things (id bigint PRIMARY KEY, price numeric, born date, tags "
                  "text[], sizes bigint[])"
                : "CREATE TABLE things (id bigint PRIMARY KEY, price text, born text, tags text, "
                  "sizes text)");
    }
};

const Thing first{1, decimal("12345678901234567890.123456789000"),
                  Date{year{2026} / month{2} / day{28}}, TextArray{difficult},
                  IntegerArray{1, -2, std::numeric_limits<std::int64_t>::min()}};
const Thing second{2, decimal("-0.10"), std::nullopt, {}, {}};

TEST_F(NumbersTest, come_back_as_they_went_in) {
    Session session = database().session();
    for (const std::string_view table : {"things", "portable"}) {
        session.upsert(table, {"id"}, first);
        session.upsert(table, {"id"}, second);
        const std::string all =
            "SELECT id, price, born, tags, sizes FROM " + std::string{table} + " ORDER BY id";
        EXPECT_EQ(session.query_all<Thing>(all), (std::vector{first, second})) << table;
        EXPECT_EQ(session.query_all<Thing>(all).front().price.text(), first.price.text());
    }
}

TEST_F(NumbersTest, in_bulk_and_in_batches_too) {
    Session session = database().session();
    for (const std::string_view table : {"things", "portable"}) {
        session.copy_in(table, std::vector{first, second});
        Thing changed = second;
        changed.tags = TextArray{"a\\\"b", "c"};
        Batch batch = session.batch();
        batch.upsert(table, {"id"}, changed);
        const auto all = batch.query<Thing>("SELECT * FROM " + std::string{table} + " ORDER BY id");
        batch.run();
        EXPECT_EQ(all.get(), (std::vector{first, changed})) << table;
    }
}

TEST_F(NumbersTest, what_is_none_is_refused_by_name) {
    Session session = database().session();
    const auto ask = [&]<class T>(T* /*type*/, std::string_view sql) {
        return code_of([&] { session.query_one<T>(sql); });
    };
    EXPECT_EQ(ask(static_cast<Decimal*>(nullptr), "SELECT 'many' AS n"), Errc::value);
    EXPECT_EQ(ask(static_cast<Decimal*>(nullptr), "SELECT CAST(0.5 AS double precision) AS n"),
              Errc::value);
    EXPECT_EQ(session.query_one<Decimal>("SELECT 7 AS n"), Decimal{7});
    EXPECT_EQ(ask(static_cast<Date*>(nullptr), "SELECT '2026-02-30' AS d"), Errc::value);
    EXPECT_EQ(ask(static_cast<Date*>(nullptr), "SELECT '2026-02-03 04:00:00' AS d"), Errc::value);
    for (const std::string_view bad :
         {"[1,2", "[1,]", "[\"a\" \"b\"]", "[null]", "{}", "[\"\\u0000\"]", "[\"\\ud800\"]",
          "[[1]]", "[1] 2", "", "[\"a]"}) {
        const std::string sql = "SELECT '" + std::string{bad} + "' AS a";
        EXPECT_EQ(ask(static_cast<TextArray*>(nullptr), sql), Errc::value) << bad;
    }
    EXPECT_EQ(ask(static_cast<IntegerArray*>(nullptr), "SELECT '[1.5]' AS a"), Errc::value);
    EXPECT_EQ(session.query_one<TextArray>("SELECT ' [ \"\\u0041\\ud83d\\ude00\\n\" , \"b\" ] '"),
              (TextArray{"A😀\n", "b"}));
    EXPECT_EQ(session.query_one<IntegerArray>("SELECT '[]'"), IntegerArray{});
    EXPECT_EQ(code_of([&] {
                  session.execute("INSERT INTO portable (id, tags) VALUES (?, ?)", 3,
                                  TextArray{"\xFF"});
              }),
              Errc::value);
}

}  // namespace
}  // namespace enginebay
