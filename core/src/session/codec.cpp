// SPDX-License-Identifier: BSL-1.0
// The out-of-line parts of encoding and decoding: text checks, conversions, errors.
#include <enginebay/codec.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace enginebay {
namespace {

/// What the second byte of a sequence may be, by its first: narrower than any other following byte
/// where overlong forms, surrogates or code points past U+10FFFF would fit. Unicode 15, table 3-7.
struct LeadByte {
    unsigned char first;
    unsigned char last;
    unsigned char least_second;
    unsigned char most_second;
    std::uint8_t length;
};

constexpr std::array lead_bytes{
    LeadByte{0xC2, 0xDF, 0x80, 0xBF, 2}, LeadByte{0xE0, 0xE0, 0xA0, 0xBF, 3},
    LeadByte{0xE1, 0xEC, 0x80, 0xBF, 3}, LeadByte{0xED, 0xED, 0x80, 0x9F, 3},
    LeadByte{0xEE, 0xEF, 0x80, 0xBF, 3}, LeadByte{0xF0, 0xF0, 0x90, 0xBF, 4},
    LeadByte{0xF1, 0xF3, 0x80, 0xBF, 4}, LeadByte{0xF4, 0xF4, 0x80, 0x8F, 4},
};

bool follows(std::string_view text, const LeadByte& lead) noexcept {
    if (text.size() < lead.length) {
        return false;
    }
    const auto second = static_cast<unsigned char>(text[1]);
    return second >= lead.least_second && second <= lead.most_second &&
           std::ranges::all_of(text.substr(2, lead.length - 2U), [](char c) {
               return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
           });
}

/// The length of the UTF-8 sequence of several bytes at the front of `text`, 0 where it is none.
std::size_t sequence_length(std::string_view text) noexcept {
    const auto byte = static_cast<unsigned char>(text.front());
    for (const LeadByte& lead : lead_bytes) {
        if (byte >= lead.first && byte <= lead.last) {
            return follows(text, lead) ? lead.length : 0;
        }
    }
    return 0;
}

// Sixteen bytes at once; GCC and Clang make vector instructions of this on every machine.
using Bytes = unsigned char __attribute__((vector_size(16)));

/// A byte's high bit where it is no ASCII, or NUL.
Bytes suspicious(const char* data) noexcept {
    Bytes bytes;
    std::memcpy(&bytes, data, sizeof bytes);
    return bytes | (bytes - 1);
}

bool is_plain(Bytes suspects) noexcept {
    std::array<std::uint64_t, 2> words{};
    std::memcpy(words.data(), &suspects, sizeof suspects);
    return ((words[0] | words[1]) & 0x8080808080808080U) == 0;
}

/// How many bytes at the front are ASCII without NUL: all of them, or those of whole blocks. A text
/// is checked at the speed it is read; its last block may overlap the one before.
std::size_t plain_prefix(std::string_view text) noexcept {
    const char* const data = text.data();
    const std::size_t size = text.size();
    std::size_t done = 0;
    for (; size - done >= 64; done += 64) {
        const char* const block = data + done;
        if (!is_plain(suspicious(block) | suspicious(block + 16) | suspicious(block + 32) |
                      suspicious(block + 48))) {
            return done;
        }
    }
    for (; size - done >= 16; done += 16) {
        if (!is_plain(suspicious(data + done))) {
            return done;
        }
    }
    const bool rest_is_plain = size >= 16 && is_plain(suspicious(data + size - 16));
    return rest_is_plain ? size : done;
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
    text.remove_prefix(plain_prefix(text));
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
