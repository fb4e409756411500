// SPDX-License-Identifier: BSL-1.0
// Decoder: the server's binary and text forms.
#include "decode.hpp"

#include "array_text.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <span>

namespace enginebay::postgresql {
namespace {

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
    throw Error{Errc::value, fmt::format("'{}' {}", what, why)};
}

template <class Unsigned>
Unsigned big_endian(std::string_view bytes) noexcept {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        value = static_cast<Unsigned>((value << 8U) | static_cast<unsigned char>(bytes[i]));
    }
    return value;
}

ValueView instant(std::int64_t since_2000) {
    std::int64_t since_1970 = 0;
    if (since_2000 == std::numeric_limits<std::int64_t>::max() ||
        since_2000 == std::numeric_limits<std::int64_t>::min() ||
        __builtin_add_overflow(since_2000, epoch_offset_us, &since_1970)) {
        refuse("infinity", "is no instant; no timestamp can say it");
    }
    return ValueView::timestamp(Timestamp{std::chrono::microseconds{since_1970}});
}

ValueView uuid(std::string_view bytes, std::string& scratch) {
    scratch.clear();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10) {
            scratch += '-';
        }
        const auto byte = static_cast<unsigned char>(bytes[i]);
        scratch += "0123456789abcdef"[byte >> 4U];
        scratch += "0123456789abcdef"[byte & 15U];
    }
    return ValueView::text(scratch);
}

ValueView integer_from_text(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) {
        refuse(text, "is no 64-bit integer");
    }
    return ValueView::integer(value);
}

ValueView real_from_text(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) {
        // A denormal: from_chars refuses what the server rightly wrote.
        value = std::strtod(std::string{text}.c_str(), nullptr);
    } else if (error != std::errc{} || end != text.data() + text.size()) {
        refuse(text, "is no number");
    }
    return ValueView::real(value);
}

unsigned nibble(char c) noexcept {
    return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

ValueView bytes_from_text(std::string_view text, std::string& scratch) {
    if (!text.starts_with("\\x")) {
        refuse(text.substr(0, 8), "is no hex bytea; set bytea_output to hex");
    }
    scratch.clear();
    for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
        scratch += static_cast<char>((nibble(text[i]) << 4U) | nibble(text[i + 1]));
    }
    return ValueView::blob(std::as_bytes(std::span{scratch.data(), scratch.size()}));
}

/// Reads the parts of "2026-01-31 12:00:00.123456+05:30".
class TimeReader {
public:
    explicit TimeReader(std::string_view text) noexcept : text_{text}, rest_{text} {}

    std::int64_t number() {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
        if (error != std::errc{}) {
            fail();
        }
        rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
        return value;
    }
    bool take(char c) noexcept {
        const bool there = rest_.starts_with(c);
        rest_.remove_prefix(there ? 1 : 0);
        return there;
    }
    void expect(char c) {
        if (!take(c)) {
            fail();
        }
    }
    std::int64_t microseconds() {
        if (!take('.')) {
            return 0;
        }
        std::int64_t value = 0;
        int digits = 0;
        for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++digits) {
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        for (; digits < 6; ++digits) {
            value *= 10;
        }
        return value;
    }
    std::int64_t offset_seconds() {
        const bool behind = rest_.starts_with('-');
        if (!take('+') && !take('-')) {
            return 0;
        }
        std::int64_t seconds = number() * 3600;
        seconds += take(':') ? number() * 60 : 0;
        seconds += take(':') ? number() : 0;
        return behind ? -seconds : seconds;
    }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }
    [[noreturn]] void fail() const { refuse(text_, "is no timestamp that can be read"); }

private:
    std::string_view text_;
    std::string_view rest_;
};

ValueView instant_from_text(std::string_view text) {
    namespace ch = std::chrono;
    TimeReader reader{text};
    auto year = reader.number();
    reader.expect('-');
    const auto month = reader.number();
    reader.expect('-');
    const auto day = reader.number();
    reader.expect(' ');
    const auto hours = reader.number();
    reader.expect(':');
    const auto minutes = reader.number();
    reader.expect(':');
    const auto seconds = reader.number();
    const auto fraction = reader.microseconds();
    const auto offset = reader.offset_seconds();
    if (reader.rest() == " BC") {
        year = 1 - year;
    } else if (!reader.rest().empty()) {
        reader.fail();
    }
    const ch::sys_days date = ch::year{static_cast<int>(year)} /
                              ch::month{static_cast<unsigned>(month)} /
                              ch::day{static_cast<unsigned>(day)};
    return ValueView::timestamp(Timestamp{date.time_since_epoch() + ch::hours{hours} +
                                          ch::minutes{minutes} + ch::seconds{seconds - offset} +
                                          ch::microseconds{fraction}});
}

}  // namespace

std::optional<Decoder> binary_decoder(Oid type) noexcept {
    switch (type) {
        case type::text:
        case type::varchar:
        case type::bpchar:
        case type::name:
        case type::character:
        case type::json:
        case type::unknown:
        case type::nothing:
            return Decoder::as_is;
        case type::boolean:
            return Decoder::bool_;
        case type::int2:
            return Decoder::int2;
        case type::int4:
            return Decoder::int4;
        case type::int8:
            return Decoder::int8;
        case type::oid:
            return Decoder::oid;
        case type::float4:
            return Decoder::float4;
        case type::float8:
            return Decoder::float8;
        case type::bytea:
            return Decoder::bytes;
        case type::timestamp:
        case type::timestamptz:
            return Decoder::instant;
        case type::uuid:
            return Decoder::uuid;
        case type::jsonb:
            return Decoder::jsonb;
        default:
            return std::nullopt;
    }
}

namespace {

Decoder array_decoder(Oid type) noexcept {
    switch (array_kind(type)) {
        case ArrayKind::texts:
            return Decoder::text_array_of_texts;
        case ArrayKind::integers:
            return Decoder::text_array_of_integers;
        case ArrayKind::none:
            break;
    }
    return Decoder::as_is;
}

}  // namespace

Decoder text_decoder(Oid type) noexcept {
    switch (type) {
        case type::boolean:
            return Decoder::text_bool;
        case type::int2:
        case type::int4:
        case type::int8:
        case type::oid:
            return Decoder::text_integer;
        case type::float4:
        case type::float8:
            return Decoder::text_real;
        case type::bytea:
            return Decoder::text_bytes;
        case type::timestamp:
        case type::timestamptz:
            return Decoder::text_instant;
        default:
            return array_decoder(type);
    }
}

ValueView decode(Decoder decoder, std::string_view bytes, std::string& scratch) {
    switch (decoder) {
        case Decoder::as_is:
            return ValueView::text(bytes);
        case Decoder::bool_:
            return ValueView::boolean(bytes[0] != '\0');
        case Decoder::int2:
            return ValueView::integer(static_cast<std::int16_t>(big_endian<std::uint16_t>(bytes)));
        case Decoder::int4:
            return ValueView::integer(static_cast<std::int32_t>(big_endian<std::uint32_t>(bytes)));
        case Decoder::int8:
            return ValueView::integer(static_cast<std::int64_t>(big_endian<std::uint64_t>(bytes)));
        case Decoder::oid:
            return ValueView::integer(big_endian<std::uint32_t>(bytes));
        case Decoder::float4: {
            // By its own shortest digits, not by widening the bits: 0.1 stays 0.1.
            std::array<char, 32> digits{};
            const auto value = std::bit_cast<float>(big_endian<std::uint32_t>(bytes));
            if (!std::isfinite(value)) {
                return ValueView::real(value);
            }
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
            return real_from_text({digits.data(), static_cast<std::size_t>(end - digits.data())});
        }
        case Decoder::float8:
            return ValueView::real(std::bit_cast<double>(big_endian<std::uint64_t>(bytes)));
        case Decoder::bytes:
            return ValueView::blob(std::as_bytes(std::span{bytes.data(), bytes.size()}));
        case Decoder::instant:
            return instant(static_cast<std::int64_t>(big_endian<std::uint64_t>(bytes)));
        case Decoder::uuid:
            return uuid(bytes, scratch);
        case Decoder::jsonb:
            return ValueView::text(bytes.substr(1));  // the first byte is the format's version
        case Decoder::text_bool:
            return ValueView::boolean(bytes == "t");
        case Decoder::text_integer:
            return integer_from_text(bytes);
        case Decoder::text_real:
            return real_from_text(bytes);
        case Decoder::text_bytes:
            return bytes_from_text(bytes, scratch);
        case Decoder::text_instant:
            return bytes == "infinity" || bytes == "-infinity"
                       ? instant(std::numeric_limits<std::int64_t>::max())
                       : instant_from_text(bytes);
        case Decoder::text_array_of_texts:
            scratch = array_json(bytes, ArrayKind::texts);
            return ValueView::text(scratch);
        case Decoder::text_array_of_integers:
            scratch = array_json(bytes, ArrayKind::integers);
            return ValueView::text(scratch);
    }
    return ValueView::text(bytes);
}

}  // namespace enginebay::postgresql
