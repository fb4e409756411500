// SPDX-License-Identifier: BSL-1.0
// The out-of-line parts of encoding and decoding: text checks, conversions, errors.
#include <enginebay/codec.hpp>

#include <fmt/format.h>

#include <cstring>

namespace enginebay {
namespace {

/// The length of the UTF-8 sequence at the front of `text`, 0 where it is none (overlong forms,
/// surrogates and code points past U+10FFFF are none). Unicode 15, table 3-7.
std::size_t sequence_length(std::string_view text) noexcept {
    const auto byte = [&text](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
    };
    const auto tail = [&byte](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0);
    if (lead >= 0xC2U && lead <= 0xDFU) {
        return tail(1) ? 2 : 0;
    }
    if (lead >= 0xE0U && lead <= 0xEFU) {
        const bool second = lead == 0xE0U   ? byte(1) >= 0xA0U && byte(1) <= 0xBFU
                            : lead == 0xEDU ? byte(1) >= 0x80U && byte(1) <= 0x9FU
                                            : tail(1);
        return second && tail(2) ? 3 : 0;
    }
    if (lead >= 0xF0U && lead <= 0xF4U) {
        const bool second = lead == 0xF0U   ? byte(1) >= 0x90U && byte(1) <= 0xBFU
                            : lead == 0xF4U ? byte(1) >= 0x80U && byte(1) <= 0x8FU
                                            : tail(1);
        return second && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

std::string_view in_words(const ValueView& value) noexcept {
    switch (value.kind()) {
        case Kind::null:
            return "NULL";
        case Kind::boolean:
            return "a boolean";
        case Kind::integer:
            return "an integer";
        case Kind::real:
            return "a real number";
        case Kind::text:
            return "text";
        case Kind::blob:
            return "bytes";
        case Kind::timestamp:
            return "a time";
    }
    return "something unknown";
}

}  // namespace

bool is_portable_text(std::string_view text) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101U;
    constexpr std::uint64_t highs = 0x8080808080808080U;
    while (!text.empty()) {
        // Eight bytes at a time while they are ASCII and not NUL: nearly all text is.
        while (text.size() >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, text.data(), 8);
            if (((word | (word - ones)) & highs) != 0) {
                break;
            }
            text.remove_prefix(8);
        }
        for (int i = 0; i < 8 && !text.empty(); ++i) {
            const auto byte = static_cast<unsigned char>(text.front());
            const std::size_t length =
                byte < 0x80U ? std::size_t{byte != 0} : sequence_length(text);
            if (length == 0) {
                return false;
            }
            text.remove_prefix(length);
        }
    }
    return true;
}

namespace detail {

void throw_unencodable(const Place& place, std::string_view why) {
    if (place.column.empty()) {
        throw Error(Errc::value, fmt::format("parameter {} {}", place.parameter + 1, why));
    }
    Error error(Errc::value, fmt::format("the value for column \"{}\" {}", place.column, why));
    error.object(std::string{place.column});
    throw error;
}

void throw_undecodable(const Cell& cell, std::string_view wanted) {
    const std::string_view name = cell.cursor.column_name(cell.column);
    Error error(Errc::value, fmt::format("column \"{}\" holds {}, and the program asked for {}",
                                         name, in_words(cell.value), wanted));
    error.object(std::string{name});
    throw error;
}

double decode_real(const Cell& cell) {
    if (cell.value.kind() == Kind::real) {
        return cell.value.as_real();
    }
    // A backend may keep 3.0 as 3; beyond 2^53 an integer is no longer exact as a double.
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    if (cell.value.kind() == Kind::integer && cell.value.as_integer() >= -exact &&
        cell.value.as_integer() <= exact) {
        return static_cast<double>(cell.value.as_integer());
    }
    throw_undecodable(cell, "a real number");
}

bool decode_boolean(const Cell& cell) {
    if (cell.value.kind() == Kind::boolean) {
        return cell.value.as_boolean();
    }
    if (cell.value.kind() == Kind::integer &&
        (cell.value.as_integer() == 0 || cell.value.as_integer() == 1)) {
        return cell.value.as_integer() == 1;
    }
    throw_undecodable(cell, "a boolean");
}

Timestamp decode_timestamp(const Cell& cell) {
    if (cell.value.kind() == Kind::timestamp) {
        return cell.value.as_timestamp();
    }
    if (cell.value.kind() == Kind::text) {
        if (const auto instant = parse_timestamp(cell.value.as_text())) {
            return *instant;
        }
        throw_undecodable(cell, "a time it could be read as");
    }
    throw_undecodable(cell, "a time");
}

Value decode_value(const Cell& cell) {
    switch (cell.value.kind()) {
        case Kind::null:
            return std::monostate{};
        case Kind::boolean:
            return cell.value.as_boolean();
        case Kind::integer:
            return cell.value.as_integer();
        case Kind::real:
            return cell.value.as_real();
        case Kind::text:
            return std::string{decode_text(cell)};
        case Kind::blob: {
            const auto bytes = cell.value.as_blob();
            return Blob{bytes.begin(), bytes.end()};
        }
        case Kind::timestamp:
            return cell.value.as_timestamp();
    }
    throw_undecodable(cell, "a value");
}

}  // namespace detail
}  // namespace enginebay
