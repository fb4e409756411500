// SPDX-License-Identifier: BSL-1.0
// Values that fit a type and values that do not; both forms of a result.
#include "encode.hpp"

#include "decode.hpp"

#include <enginebay/error.hpp>

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

namespace enginebay::postgresql {
namespace {

constexpr std::int64_t max64 = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t min64 = std::numeric_limits<std::int64_t>::min();

/// What the encoder sends for one value; the empty string for NULL is told apart by `is_null`.
struct Sent {
    bool refused{false};
    bool is_null{false};
    bool binary{false};
    std::string bytes;
    std::string why;
};

Sent send(ValueView value, Oid type) {
    Encoder encoder;
    const std::array parameters{value};
    const std::array types{type};
    Sent sent;
    try {
        encoder.encode(parameters, types);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::value);
        sent.refused = true;
        sent.why = error.what();
        return sent;
    }
    sent.is_null = encoder.values()[0] == nullptr;
    sent.binary = encoder.formats()[0] == 1;
    if (!sent.is_null) {
        sent.bytes.assign(encoder.values()[0], static_cast<std::size_t>(encoder.lengths()[0]));
        EXPECT_TRUE(sent.binary || std::strlen(encoder.values()[0]) == sent.bytes.size());
    }
    return sent;
}

/// Sent in binary form and read back.
ValueView back(ValueView value, Oid type, std::string& keep) {
    keep = send(value, type).bytes;
    std::string scratch;
    return decode(*binary_decoder(type), keep, scratch);
}

TEST(Encode, integers_are_held_to_the_type_s_range) {
    std::string keep;
    for (const auto& [type, low, high] :
         {std::tuple{type::int2, std::int64_t{-32768}, std::int64_t{32767}},
          std::tuple{type::int4, std::int64_t{-2147483648}, std::int64_t{2147483647}},
          std::tuple{type::int8, min64, max64},
          std::tuple{type::oid, std::int64_t{0}, std::int64_t{4294967295}}}) {
        EXPECT_EQ(back(ValueView::integer(low), type, keep).as_integer(), low);
        EXPECT_EQ(back(ValueView::integer(high), type, keep).as_integer(), high);
        if (type != type::int8) {
            EXPECT_TRUE(send(ValueView::integer(low - 1), type).refused);
            EXPECT_TRUE(send(ValueView::integer(high + 1), type).refused);
        }
    }
    const Sent sent = send(ValueView::integer(70'000), type::int2);
    EXPECT_NE(sent.why.find("parameter 1"), std::string::npos) << sent.why;
    EXPECT_NE(sent.why.find("70000"), std::string::npos) << sent.why;
    EXPECT_NE(sent.why.find("smallint"), std::string::npos) << sent.why;
}

TEST(Encode, numbers_and_booleans_change_places_only_without_loss) {
    EXPECT_EQ(send(ValueView::boolean(true), type::int4).bytes, std::string("\0\0\0\1", 4));
    EXPECT_EQ(send(ValueView::integer(1), type::boolean).bytes, "\1");
    EXPECT_TRUE(send(ValueView::integer(2), type::boolean).refused);
    EXPECT_TRUE(send(ValueView::real(1.0), type::int8).refused);
    EXPECT_TRUE(send(ValueView::real(1.0), type::boolean).refused);
    EXPECT_FALSE(send(ValueView::integer(std::int64_t{1} << 53), type::float8).refused);
    EXPECT_TRUE(send(ValueView::integer((std::int64_t{1} << 53) + 1), type::float8).refused);
    EXPECT_TRUE(send(ValueView::real(1e300), type::float4).refused);
    EXPECT_FALSE(send(ValueView::real(HUGE_VAL), type::float4).refused);
    EXPECT_EQ(send(ValueView::integer(42), type::text).bytes, "42");
    EXPECT_EQ(send(ValueView::integer(max64), type::numeric).bytes, "9223372036854775807");
}

TEST(Encode, reals_survive) {
    std::string keep;
    for (const double value : {0.1, -0.0, 5e-324, 1.7976931348623157e308, HUGE_VAL}) {
        const double got = back(ValueView::real(value), type::float8, keep).as_real();
        EXPECT_EQ(std::signbit(got), std::signbit(value));
        EXPECT_EQ(got, value);
    }
    EXPECT_TRUE(std::isnan(back(ValueView::real(std::nan("")), type::float8, keep).as_real()));
    EXPECT_EQ(back(ValueView::real(0.1), type::float4, keep).as_real(), 0.1);
}

TEST(Encode, timestamps_survive_and_infinity_is_refused) {
    std::string keep;
    for (const std::int64_t us : {std::int64_t{0}, std::int64_t{-1},
                                  std::int64_t{1'700'000'000'123'456}, epoch_offset_us}) {
        const Timestamp value{std::chrono::microseconds{us}};
        EXPECT_EQ(back(ValueView::timestamp(value), type::timestamptz, keep).as_timestamp(), value);
    }
    EXPECT_TRUE(send(ValueView::timestamp(Timestamp::max()), type::timestamptz).refused);
    EXPECT_TRUE(send(ValueView::timestamp(Timestamp::min()), type::timestamptz).refused);
    EXPECT_TRUE(send(ValueView::integer(0), type::timestamptz).refused);
    std::string scratch;
    EXPECT_THROW(decode(Decoder::instant, std::string("\x7f") + std::string(7, '\xff'), scratch),
                 Error);
    EXPECT_THROW(decode(Decoder::text_instant, "infinity", scratch), Error);
}

TEST(Encode, texts_blobs_and_null) {
    EXPECT_TRUE(send(ValueView::null(), type::int8).is_null);
    EXPECT_FALSE(send(ValueView::text({}), type::text).is_null) << "empty is not NULL";
    EXPECT_FALSE(send(ValueView::blob({}), type::bytea).is_null);
    EXPECT_TRUE(send(ValueView::text(std::string_view{"a\0b", 3}), type::uuid).refused);
    EXPECT_TRUE(send(ValueView::blob({}), type::text).refused);
    EXPECT_TRUE(send(ValueView::blob({}), type::int8).refused);
    EXPECT_EQ(send(ValueView::text("12"), type::int8).bytes, "12") << "the server reads it";
}

TEST(Encode, many_long_values_stay_where_they_are) {
    Encoder encoder;
    const std::string longer(100'000, 'y');
    const std::vector<ValueView> parameters(300, ValueView::text(longer));
    const std::vector<Oid> types(300, type::jsonb);
    for (int round = 0; round < 3; ++round) {
        encoder.encode(parameters, types);
        for (int i = 0; i < encoder.count(); ++i) {
            ASSERT_EQ(std::string_view{encoder.values()[i]}, longer);
        }
    }
}

TEST(DecodeText, reads_what_the_server_writes) {
    std::string scratch;
    const auto at = [&](std::string_view text) {
        return decode(Decoder::text_instant, text, scratch)
            .as_timestamp()
            .time_since_epoch()
            .count();
    };
    EXPECT_EQ(at("1970-01-01 00:00:00+00"), 0);
    EXPECT_EQ(at("1970-01-01 05:30:00.5+05:30"), 500'000);
    EXPECT_EQ(at("1969-12-31 19:00:00-05"), 0);
    EXPECT_EQ(at("2000-01-01 00:00:00.000001"), epoch_offset_us + 1);
    EXPECT_EQ(at("0001-12-31 00:00:00+00 BC"), at("0001-01-01 00:00:00+00") - 86'400'000'000);
    EXPECT_THROW(at("tomorrow"), Error);
    EXPECT_EQ(decode(Decoder::text_integer, "-9223372036854775808", scratch).as_integer(), min64);
    EXPECT_EQ(decode(Decoder::text_real, "5e-324", scratch).as_real(), 5e-324);
    EXPECT_EQ(decode(Decoder::text_bytes, "\\x00fF", scratch).as_blob()[1], std::byte{0xff});
    EXPECT_TRUE(decode(Decoder::text_bool, "t", scratch).as_boolean());
}

}  // namespace
}  // namespace enginebay::postgresql
