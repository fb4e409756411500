// SPDX-License-Identifier: BSL-1.0
// COPY: every type of column, what is refused, and a transfer that ends in the middle.
#include "fixture.hpp"

#include <enginebay/extensions.hpp>

#include <functional>
#include <limits>
#include <vector>

namespace enginebay::testing {
namespace {

/// `rows` times the row that `make` gives.
class Repeated final : public RowSource {
public:
    Repeated(std::int64_t rows, std::function<const ValueView*(std::int64_t)> make)
        : rows_{rows}, make_{std::move(make)} {}
    const ValueView* next() override { return asked < rows_ ? make_(++asked) : nullptr; }
    void blame(std::int64_t row) noexcept override { blamed = row; }

    std::int64_t asked{0};
    std::int64_t blamed{0};

private:
    std::int64_t rows_;
    std::function<const ValueView*(std::int64_t)> make_;
};

class BulkTest : public PostgresTest {
protected:
    void SetUp() override {
        PostgresTest::SetUp();
        if (engine_) {
            connection_ = connect();
            bulk_ = static_cast<BulkExtension*>(connection_->extension(bulk_extension));
            ASSERT_NE(bulk_, nullptr);
        }
    }

    /// One value through COPY into a column of that type, and back as text; or why not.
    std::string through(const std::string& type, ValueView value) {
        execute(*connection_, "DROP TABLE IF EXISTS t");
        execute(*connection_, "CREATE TABLE t (v " + type + ")");
        Repeated source{1, [&value](std::int64_t) { return &value; }};
        const std::vector<std::string_view> columns{"v"};
        connection_->begin(TransactionMode::write);
        try {
            bulk_->insert("t", columns, source);
            connection_->commit();
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::value) << error.what();
            EXPECT_EQ(source.blamed, 1) << error.what();
            connection_->rollback();
            return std::string{"refused: "} + error.what();
        }
        return ask(*connection_, "SELECT v::text FROM t");
    }
    bool refused(const std::string& type, ValueView value) {
        return through(type, value).starts_with("refused");
    }

    std::unique_ptr<Connection> connection_;
    BulkExtension* bulk_{nullptr};
};

TEST_F(BulkTest, every_type_takes_what_a_statement_takes) {
    const auto integer = ValueView::integer(42);
    const auto text = [](std::string_view words) { return ValueView::text(words); };
    const Timestamp noon{std::chrono::microseconds{1'700'000'000'123'456}};
    EXPECT_EQ(through("smallint", integer), "42");
    EXPECT_EQ(through("integer", integer), "42");
    EXPECT_EQ(through("bigint", ValueView::integer(std::numeric_limits<std::int64_t>::min())),
              "-9223372036854775808");
    EXPECT_EQ(through("bigint", text("-7")), "-7");
    EXPECT_EQ(through("integer", ValueView::boolean(true)), "1");
    EXPECT_EQ(through("boolean", integer.is_null() ? integer : ValueView::integer(1)), "true");
    EXPECT_EQ(through("boolean", text("f")), "false");
    EXPECT_EQ(through("real", ValueView::real(0.1)), "0.1");
    EXPECT_EQ(through("double precision", ValueView::real(0.1)), "0.1");
    EXPECT_EQ(through("double precision", text("1e3")), "1000");
    EXPECT_EQ(through("text", integer), "42");
    EXPECT_EQ(through("varchar(5)", text("short")), "short");
    EXPECT_EQ(through("char(3)", text("ab")), "ab");
    EXPECT_EQ(through("bytea", ValueView::blob(std::as_bytes(std::span{"\1\2", 2}))), "\\x0102");
    EXPECT_EQ(through("timestamptz", ValueView::timestamp(noon)), "2023-11-14 22:13:20.123456+00");
    EXPECT_EQ(through("timestamp", text("2023-11-14 22:13:20")), "2023-11-14 22:13:20");
    EXPECT_EQ(through("uuid", text("{0F8FAD5B-D9CB-469F-A165-70867728950E}")),
              "0f8fad5b-d9cb-469f-a165-70867728950e");
    EXPECT_EQ(through("json", text("{\"a\":  1}")), "{\"a\":  1}");
    EXPECT_EQ(through("jsonb", text("{\"a\":  1}")), "{\"a\": 1}");
    EXPECT_EQ(through("jsonb", integer), "42");
    EXPECT_EQ(through("numeric", text("1.10")), "1.10");
    EXPECT_EQ(through("numeric", ValueView::real(0.1)), "0.1");
    EXPECT_EQ(through("date", text("2026-01-31")), "2026-01-31");
    EXPECT_EQ(through("text[]", text("{a,\"b\\\\c\"}")), "{a,\"b\\\\c\"}");
    EXPECT_EQ(through("inet", text("10.0.0.1")), "10.0.0.1/32");
    execute(*connection_, "CREATE DOMAIN age AS integer CHECK (VALUE >= 0)");
    EXPECT_EQ(through("age", integer), "42");
    execute(*connection_, "CREATE TYPE mood AS ENUM ('good', 'bad')");
    EXPECT_EQ(through("mood", text("bad")), "bad");
    for (const char* const type : {"integer", "text", "numeric", "uuid", "jsonb", "mood"}) {
        EXPECT_EQ(through(type, ValueView::null()), "NULL");
    }
}

TEST_F(BulkTest, what_does_not_fit_names_the_row) {
    const auto text = [](std::string_view words) { return ValueView::text(words); };
    EXPECT_TRUE(refused("smallint", ValueView::integer(40'000)));
    EXPECT_TRUE(refused("integer", ValueView::integer(3'000'000'000)));
    EXPECT_TRUE(refused("bigint", text("7x")));
    EXPECT_TRUE(refused("boolean", ValueView::integer(2)));
    EXPECT_TRUE(refused("boolean", text("perhaps")));
    EXPECT_TRUE(refused("double precision", text("much")));
    EXPECT_TRUE(refused("text", ValueView::blob({})));
    EXPECT_TRUE(refused("bytea", text("bytes")));
    EXPECT_TRUE(refused("timestamptz", text("yesterday")));
    EXPECT_TRUE(refused("uuid", text("0f8fad5b-d9cb-469f-a165-7086772895")));
    EXPECT_TRUE(refused("jsonb", text("{")));
    EXPECT_TRUE(refused("numeric", text("many")));
    EXPECT_TRUE(refused("varchar(3)", text("four")));
    EXPECT_NE(through("smallint", ValueView::integer(40'000)).find("column \"v\""),
              std::string::npos);
}

TEST_F(BulkTest, a_server_that_has_given_up_is_not_fed_on) {
    execute(*connection_, "CREATE TABLE t (id bigint PRIMARY KEY, fill text)");
    const std::string fill(1'000, 'x');
    std::array<ValueView, 2> row{ValueView::integer(7), ValueView::text(fill)};
    Repeated source{1'000'000, [&row](std::int64_t) { return row.data(); }};
    const std::vector<std::string_view> columns{"id", "fill"};
    connection_->begin(TransactionMode::write);
    const Error error = error_of([&] { bulk_->insert("t", columns, source); });
    EXPECT_EQ(error.code(), Errc::unique_violation);
    EXPECT_EQ(source.blamed, 2);
    EXPECT_LT(source.asked, 500'000);
    connection_->rollback();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "0");
}

TEST_F(BulkTest, a_table_with_digits_in_its_name_does_not_lend_them_to_the_row) {
    execute(*connection_, "CREATE TABLE \"t 99, line 5\" (v integer CHECK (v < 3))");
    ValueView value;
    Repeated source{5, [&value](std::int64_t row) {
                        value = ValueView::integer(row);
                        return &value;
                    }};
    const std::vector<std::string_view> columns{"v"};
    connection_->begin(TransactionMode::write);
    EXPECT_EQ(error_of([&] { bulk_->insert("t 99, line 5", columns, source); }).code(),
              Errc::check_violation);
    EXPECT_EQ(source.blamed, 3);
    connection_->rollback();
}

TEST_F(BulkTest, a_source_must_not_use_the_connection_it_feeds) {
    execute(*connection_, "CREATE TABLE t (v integer)");
    const ValueView value = ValueView::integer(1);
    Repeated source{5, [&](std::int64_t) {
                        ask(*connection_, "SELECT 1");
                        return &value;
                    }};
    const std::vector<std::string_view> columns{"v"};
    EXPECT_EQ(error_of([&] { bulk_->insert("t", columns, source); }).code(), Errc::usage)
        << "no transaction";
    connection_->begin(TransactionMode::write);
    const Error error = error_of([&] { bulk_->insert("t", columns, source); });
    EXPECT_EQ(error.code(), Errc::cursor_open) << error.what();
    connection_->rollback();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "0");
}

TEST_F(BulkTest, an_upsert_leaves_no_table_behind) {
    execute(*connection_, "CREATE TABLE t (id integer PRIMARY KEY)");
    const ValueView value = ValueView::integer(1);
    const std::vector<std::string_view> columns{"id"};
    connection_->begin(TransactionMode::write);
    for (int i = 0; i < 2; ++i) {
        Repeated source{3, [&value](std::int64_t) { return &value; }};
        EXPECT_EQ(bulk_->upsert("t", columns, columns, source), 3);
        EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM pg_class WHERE relpersistence = 't'"),
                  "0");
    }
    connection_->commit();
    EXPECT_EQ(ask(*connection_, "SELECT count(*) FROM t"), "1");
}

}  // namespace
}  // namespace enginebay::testing
