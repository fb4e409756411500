// SPDX-License-Identifier: BSL-1.0
// Cases of value.hpp: what goes into a column comes out of it.
#include "cases.hpp"
#include "scene.hpp"

#include <cmath>
#include <limits>

namespace enginebay::conformance {
namespace {

Table typed_table() {
    Table table;
    table.name = "typed";
    table.columns = {
        {"id", ColumnType::integer, false, {}, {}, {}},
        {"t", ColumnType::text, true, {}, {}, {}},
        {"i", ColumnType::integer, true, {}, {}, {}},
        {"r", ColumnType::real, true, {}, {}, {}},
        {"b", ColumnType::boolean, true, {}, {}, {}},
        {"d", ColumnType::timestamp, true, {}, {}, {}},
        {"j", ColumnType::json, true, {}, {}, {}},
        {"x", ColumnType::blob, true, {}, {}, {}},
        {"u", ColumnType::uuid, true, {}, {}, {}},
    };
    table.primary_key = {"id"};
    return table;
}

class Typed {
public:
    explicit Typed(const Backend& backend) : scene{backend}, connection{scene.connect()} {
        create(scene, *connection, typed_table());
    }

    /// The value after a way through the column.
    Value through(const std::string& column, ValueView value) {
        execute(*connection, "DELETE FROM typed");
        EXPECT_EQ(
            execute(*connection, "INSERT INTO typed (id, " + column + ") VALUES (1, ?)", {value}),
            1);
        return cell(*connection, "SELECT " + column + " FROM typed WHERE id = 1");
    }

    /// Where it is not refused as Errc::value, it comes back as it was.
    void refused_or_kept(const std::string& column, ValueView value) {
        try {
            EXPECT_EQ(through(column, value), owned(value)) << "neither refused nor kept";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::value) << error.what();
        }
    }

    Scene scene;
    std::unique_ptr<Connection> connection;
};

Blob bytes(std::size_t size) {
    Blob blob(size);
    for (std::size_t at = 0; at < size; ++at) {
        blob[at] = static_cast<std::byte>((at * 31 + at / 256) & 0xffU);
    }
    return blob;
}

void integers_keep_all_64_bits(const Backend& backend) {
    Typed typed{backend};
    using Limits = std::numeric_limits<std::int64_t>;
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1} << 53,
                                     (std::int64_t{1} << 53) + 1, Limits::min(), Limits::max()}) {
        EXPECT_EQ(typed.through("i", integer(value)), Value{value});
    }
}

void reals_keep_every_bit(const Backend& backend) {
    Typed typed{backend};
    for (const double value :
         {0.1 + 0.2, 1e308, 5e-324, -0.0, 0.0, 1.0, -2.5, 1.0 / 3.0,
          std::numeric_limits<double>::max(), std::numeric_limits<double>::infinity()}) {
        const Value read = typed.through("r", ValueView::real(value));
        ASSERT_TRUE(std::holds_alternative<double>(read)) << value;
        EXPECT_EQ(std::get<double>(read), value);  // a backend may lose the sign of zero
    }
}

void an_integer_fits_into_a_real_column(const Backend& backend) {
    Typed typed{backend};
    EXPECT_EQ(typed.through("r", integer(3)), Value{3.0});
}

void not_a_number_is_kept_or_null_or_refused(const Backend& backend) {
    Typed typed{backend};
    try {
        const Value read =
            typed.through("r", ValueView::real(std::numeric_limits<double>::quiet_NaN()));
        const auto* real = std::get_if<double>(&read);
        EXPECT_TRUE(std::holds_alternative<std::monostate>(read) ||
                    (real != nullptr && std::isnan(*real)));
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::value);
    }
}

void texts_keep_every_byte(const Backend& backend) {
    Typed typed{backend};
    for (const std::string_view value : {"", " ", "a'b\"c\\d", "line\nline\r\n\ttab",
                                         "gr\xc3\xbc\xc3\x9f"
                                         "e",
                                         "\xe6\xbc\xa2\xe5\xad\x97", "\xf0\x9f\x98\x80 e\xcc\x81",
                                         "?", "$1", "NULL", "12", "{1,2}", "\\x00", "0x1"}) {
        EXPECT_EQ(typed.through("t", words(value)), Value{std::string{value}});
    }
}

void large_texts_and_blobs_come_back(const Backend& backend) {
    Typed typed{backend};
    for (const std::size_t size : {std::size_t{8191}, std::size_t{1} << 20}) {
        const Blob blob = bytes(size);
        EXPECT_TRUE(typed.through("x", ValueView::blob(blob)) == Value{blob});
        const std::string text(size, 'z');
        EXPECT_TRUE(typed.through("t", words(text)) == Value{text});
    }
}

void blobs_keep_every_byte(const Backend& backend) {
    Typed typed{backend};
    const Blob all = bytes(256);
    EXPECT_EQ(typed.through("x", ValueView::blob(all)), Value{all});
    const Blob zeros(3);
    EXPECT_EQ(typed.through("x", ValueView::blob(zeros)), Value{zeros});
}

// Its data pointer may be null, which must not make it NULL.
void an_empty_blob_or_text_is_not_null(const Backend& backend) {
    Typed typed{backend};
    EXPECT_EQ(typed.through("x", ValueView::blob({})), Value{Blob{}});
    EXPECT_EQ(typed.through("t", words({})), Value{std::string{}});
    EXPECT_EQ(number(*typed.connection, "SELECT count(*) FROM typed WHERE t IS NOT NULL"), 1);
}

void null_goes_into_every_type(const Backend& backend) {
    Typed typed{backend};
    for (const char* column : {"t", "i", "r", "b", "d", "j", "x", "u"}) {
        EXPECT_EQ(typed.through(column, ValueView::null()), Value{}) << column;
    }
}

void booleans_come_back_as_the_capability_says(const Backend& backend) {
    Typed typed{backend};
    for (const bool value : {true, false}) {
        const Value expected = typed.scene.has(Capability::native_boolean)
                                   ? Value{value}
                                   : Value{static_cast<std::int64_t>(value)};
        EXPECT_EQ(typed.through("b", ValueView::boolean(value)), expected);
    }
    execute(*typed.connection, "INSERT INTO typed (id, b) VALUES (2, TRUE)");
    EXPECT_EQ(number(*typed.connection, "SELECT count(*) FROM typed WHERE b"), 1);
}

void timestamps_keep_microseconds_in_utc(const Backend& backend) {
    using namespace std::chrono;
    Typed typed{backend};
    const Timestamp noon = sys_days{2026y / March / 29} + 12h + 34min + 56s + microseconds{789012};
    const bool native = typed.scene.has(Capability::native_timestamp);
    EXPECT_EQ(typed.through("d", ValueView::timestamp(noon)),
              native ? Value{noon} : Value{std::string{"2026-03-29 12:34:56.789012"}});
    const Timestamp old = sys_days{1969y / December / 31} + 23h + 59min + 59s + microseconds{1};
    EXPECT_EQ(typed.through("d", ValueView::timestamp(old)),
              native ? Value{old} : Value{std::string{"1969-12-31 23:59:59.000001"}});
}

void timestamps_compare_as_instants(const Backend& backend) {
    Typed typed{backend};
    const Timestamp moment = now();
    for (int step = 0; step < 3; ++step) {
        execute(*typed.connection, "INSERT INTO typed (id, d) VALUES (?, ?)",
                {integer(step), ValueView::timestamp(moment + std::chrono::microseconds{step})});
    }
    EXPECT_EQ(number(*typed.connection, "SELECT count(*) FROM typed WHERE d > ?",
                     {ValueView::timestamp(moment)}),
              2);
    EXPECT_EQ(number(*typed.connection, "SELECT id FROM typed ORDER BY d DESC LIMIT 1"), 2);
}

void json_is_kept_as_written(const Backend& backend) {
    Typed typed{backend};
    for (const std::string_view document :
         {R"({"b": 1,  "a": [1.0, null]})", R"("text")", "null", R"({"a":1,"a":2})"}) {
        EXPECT_EQ(typed.through("j", words(document)), Value{std::string{document}});
    }
}

void a_uuid_comes_back_as_its_text(const Backend& backend) {
    Typed typed{backend};
    const std::string uuid = "123e4567-e89b-12d3-a456-426614174000";
    EXPECT_EQ(typed.through("u", words(uuid)), Value{uuid});
}

void what_does_not_fit_is_refused_or_kept(const Backend& backend) {
    Typed typed{backend};
    typed.refused_or_kept("i", words("no number"));
    typed.refused_or_kept("t", words("not utf-8 \xff\xfe"));
    typed.refused_or_kept("t", words(std::string_view{"a\0b", 3}));
    typed.refused_or_kept("u", words("no uuid"));
    typed.refused_or_kept("i", ValueView::real(1e300));
    EXPECT_EQ(number(*typed.connection, "SELECT 1"), 1) << "the session goes on";
}

// A literal's type, a NULL without one, an aggregate over nothing.
void expressions_have_usable_kinds(const Backend& backend) {
    Scene scene{backend};
    const auto connection = scene.connect();
    EXPECT_EQ(cell(*connection, "SELECT 1"), Value{std::int64_t{1}});
    EXPECT_EQ(cell(*connection, "SELECT 'a'"), Value{std::string{"a"}});
    EXPECT_EQ(cell(*connection, "SELECT NULL"), Value{});
    EXPECT_EQ(cell(*connection, "SELECT CAST(1.5 AS DOUBLE PRECISION)"), Value{1.5});
    EXPECT_EQ(cell(*connection, "SELECT max(n.i) FROM (SELECT 1 AS i) AS n WHERE n.i > 1"),
              Value{});
}

constexpr std::array<Case, 16> cases{{
    {"integers_keep_all_64_bits", integers_keep_all_64_bits},
    {"reals_keep_every_bit", reals_keep_every_bit},
    {"an_integer_fits_into_a_real_column", an_integer_fits_into_a_real_column},
    {"not_a_number_is_kept_or_null_or_refused", not_a_number_is_kept_or_null_or_refused},
    {"texts_keep_every_byte", texts_keep_every_byte},
    {"large_texts_and_blobs_come_back", large_texts_and_blobs_come_back},
    {"blobs_keep_every_byte", blobs_keep_every_byte},
    {"an_empty_blob_or_text_is_not_null", an_empty_blob_or_text_is_not_null},
    {"null_goes_into_every_type", null_goes_into_every_type},
    {"booleans_come_back_as_the_capability_says", booleans_come_back_as_the_capability_says},
    {"timestamps_keep_microseconds_in_utc", timestamps_keep_microseconds_in_utc},
    {"timestamps_compare_as_instants", timestamps_compare_as_instants},
    {"json_is_kept_as_written", json_is_kept_as_written},
    {"a_uuid_comes_back_as_its_text", a_uuid_comes_back_as_its_text},
    {"what_does_not_fit_is_refused_or_kept", what_does_not_fit_is_refused_or_kept},
    {"expressions_have_usable_kinds", expressions_have_usable_kinds},
}};

}  // namespace

std::span<const Case> value_cases() { return cases; }

}  // namespace enginebay::conformance
