// SPDX-License-Identifier: BSL-1.0
// Encoding and decoding of values, without a database.
#include <enginebay/codec.hpp>

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace enginebay {
namespace {

using std::chrono::microseconds;
using std::chrono::sys_days;
using namespace std::chrono_literals;

/// A cursor that only knows the names of its columns: what decoding needs for its messages.
class NamedColumns final : public Cursor {
public:
    const ValueView* next() override { return nullptr; }
    std::size_t column_count() const noexcept override { return 1; }
    std::string_view column_name(std::size_t) const noexcept override { return "age"; }
    void close() noexcept override {}
};

template <class T>
T decoded(const ValueView& value) {
    const NamedColumns cursor;
    return decode<T>(Cell{value, cursor, 0});
}

template <class T>
std::string refusal(const ValueView& value) {
    try {
        decoded<T>(value);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::value);
        EXPECT_EQ(error.object(), "age");
        return error.what();
    }
    return "accepted";
}

TEST(Codec, text_is_portable_when_it_is_utf8_without_nul) {
    const std::string nul{"a\0b", 3};
    EXPECT_TRUE(is_portable_text(""));
    EXPECT_TRUE(is_portable_text("exactly8"));
    EXPECT_TRUE(is_portable_text("grüße, привет, 你好, 🎈 and some ASCII at the end"));
    EXPECT_FALSE(is_portable_text(nul));
    EXPECT_FALSE(is_portable_text("sixteen bytes...\x80"));
    EXPECT_FALSE(is_portable_text("\xC0\xAF"));          // overlong
    EXPECT_FALSE(is_portable_text("\xE0\x9F\xBF"));      // overlong
    EXPECT_FALSE(is_portable_text("\xED\xA0\x80"));      // a surrogate
    EXPECT_FALSE(is_portable_text("\xF4\x90\x80\x80"));  // past U+10FFFF
    EXPECT_FALSE(is_portable_text("cut off \xE2\x82"));
    EXPECT_TRUE(is_portable_text("\xF4\x8F\xBF\xBF"));
}

TEST(Codec, a_bad_byte_is_found_at_every_position) {
    for (std::size_t length = 1; length < 150; ++length) {
        for (std::size_t at = 0; at < length; ++at) {
            for (const char bad : {'\0', '\x80', '\xFF'}) {
                std::string text(length, 'x');
                text[at] = bad;
                EXPECT_FALSE(is_portable_text(text)) << length << " bytes, bad one at " << at;
            }
        }
    }
}

TEST(Codec, every_code_point_is_portable_but_nul_and_surrogates) {
    const auto utf8 = [](std::uint32_t point) {
        std::string out;
        if (point < 0x80) {
            out += static_cast<char>(point);
        } else if (point < 0x800) {
            out += static_cast<char>(0xC0U | (point >> 6U));
            out += static_cast<char>(0x80U | (point & 0x3FU));
        } else if (point < 0x10000) {
            out += static_cast<char>(0xE0U | (point >> 12U));
            out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
            out += static_cast<char>(0x80U | (point & 0x3FU));
        } else {
            out += static_cast<char>(0xF0U | (point >> 18U));
            out += static_cast<char>(0x80U | ((point >> 12U) & 0x3FU));
            out += static_cast<char>(0x80U | ((point >> 6U) & 0x3FU));
            out += static_cast<char>(0x80U | (point & 0x3FU));
        }
        return out;
    };
    for (std::uint32_t point = 0; point < 0x110800; ++point) {
        const bool expected =
            point != 0 && point < 0x110000 && !(point >= 0xD800 && point < 0xE000);
        ASSERT_EQ(is_portable_text(utf8(point)), expected) << std::hex << point;
    }
}

TEST(Codec, text_that_is_not_portable_names_its_parameter) {
    try {
        encode(std::string{"\xFF"}, Place{2, {}});
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "parameter 3 is not UTF-8 or holds a NUL byte");
    }
}

TEST(Codec, numbers_that_do_not_fit_are_refused) {
    EXPECT_EQ(encode(std::numeric_limits<std::int64_t>::min()).as_integer(),
              std::numeric_limits<std::int64_t>::min());
    EXPECT_THROW(encode(std::numeric_limits<std::uint64_t>::max()), Error);
    EXPECT_EQ(decoded<std::uint8_t>(ValueView::integer(255)), 255);
    EXPECT_EQ(refusal<std::uint8_t>(ValueView::integer(256)),
              "column \"age\" holds an integer, and the program asked for a smaller integer");
    EXPECT_EQ(refusal<unsigned>(ValueView::integer(-1)),
              "column \"age\" holds an integer, and the program asked for a smaller integer");
    EXPECT_EQ(refusal<int>(ValueView::text("77abc")),
              "column \"age\" holds text, and the program asked for an integer");
    EXPECT_EQ(refusal<double>(ValueView::integer((std::int64_t{1} << 53) + 1)),
              "column \"age\" holds an integer, and the program asked for a real number");
}

TEST(Codec, null_goes_only_into_an_optional) {
    EXPECT_EQ(refusal<int>(ValueView::null()),
              "column \"age\" holds NULL, and the program asked for an integer");
    EXPECT_EQ(refusal<std::string>(ValueView::null()),
              "column \"age\" holds NULL, and the program asked for text");
    EXPECT_EQ(decoded<std::optional<int>>(ValueView::null()), std::nullopt);
    EXPECT_EQ(decoded<std::optional<int>>(ValueView::integer(3)), 3);
    EXPECT_TRUE(encode(std::optional<std::string>{}).is_null());
    EXPECT_TRUE(encode(nullptr).is_null());
    EXPECT_TRUE(encode(std::nullopt).is_null());
}

TEST(Codec, a_boolean_is_zero_or_one_where_there_is_no_such_type) {
    EXPECT_TRUE(decoded<bool>(ValueView::integer(1)));
    EXPECT_FALSE(decoded<bool>(ValueView::integer(0)));
    EXPECT_TRUE(decoded<bool>(ValueView::boolean(true)));
    EXPECT_EQ(refusal<bool>(ValueView::integer(2)),
              "column \"age\" holds an integer, and the program asked for a boolean");
}

struct Spelling {
    const char* text;
    Timestamp instant;
};

const Timestamp reference = sys_days{2024y / 2 / 29} + 13h + 5min + 6s + microseconds{123456};

TEST(Timestamps, every_spelling_is_read_as_its_instant) {
    for (const auto& [text, instant] : std::vector<Spelling>{
             {"2024-02-29 13:05:06.123456", reference},
             {"2024-02-29T13:05:06.123456+00:00", reference},
             {"2024-02-29T13:05:06.123456Z", reference},
             {"2024-02-29T15:05:06.123456+02:00", reference},
             {"2024-02-29T08:35:06.123456-0430", reference},
             {"2024-02-29T14:05:06.123456+01", reference},
             {"2024-02-29 13:05:06.1234569", reference},
             {"2024-02-29 13:05:06", reference - microseconds{123456}},
             {"2024-02-29 13:05", sys_days{2024y / 2 / 29} + 13h + 5min},
             {"2024-02-29", sys_days{2024y / 2 / 29}},
             {"1969-12-31 23:59:59.999999", Timestamp{microseconds{-1}}},
         }) {
        EXPECT_EQ(parse_timestamp(text), instant) << text;
    }
}

TEST(Timestamps, what_is_no_time_is_not_guessed) {
    for (const char* text : {"",
                             "now",
                             "2024",
                             "2024-02-30",
                             "2023-02-29",
                             "2024-13-01",
                             "2024-2-3",
                             "2024-02-29 24:00:00",
                             "2024-02-29 13:60:00",
                             "2024-02-29 13:05:60",
                             "2024-02-29 13",
                             "2024-02-29 13:05:06.",
                             "2024-02-29 13:05:06 ",
                             "2024-02-29 13:05:06+24:00",
                             "2024-02-29 13:05:06+2",
                             "2024-02-29 13:05:06Zjunk",
                             "2024-02-29  13:05:06",
                             "2024-02-29 13:05:06+02:",
                             "infinity",
                             "1707000000"}) {
        EXPECT_EQ(parse_timestamp(text), std::nullopt) << text;
    }
}

TEST(Timestamps, the_written_form_reads_back_and_sorts) {
    std::mt19937_64 random{7};  // fixed: a failure must repeat
    std::uniform_int_distribution<std::int64_t> micros{-62'167'219'200'000'000,
                                                       253'402'300'799'999'999};
    for (int i = 0; i < 20'000; ++i) {
        const Timestamp a{microseconds{micros(random)}};
        const Timestamp b{microseconds{micros(random)}};
        ASSERT_EQ(parse_timestamp(to_text(a).view()), a) << to_text(a).view();
        ASSERT_EQ(to_text(a).view() < to_text(b).view(), a < b);
    }
    EXPECT_EQ(to_text(reference).view(), "2024-02-29 13:05:06.123456");
    EXPECT_THROW(to_text(Timestamp::max()), Error);
}

}  // namespace
}  // namespace enginebay
