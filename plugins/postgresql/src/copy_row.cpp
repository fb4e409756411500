// SPDX-License-Identifier: BSL-1.0
// CopyRow: the two formats of COPY.
#include "copy_row.hpp"

#include "array_text.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

namespace enginebay::postgresql {
namespace {

constexpr std::string_view signature{"PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19};

bool has_binary_form(Oid type) noexcept {
    constexpr std::array<Oid, 17> known{
        type::boolean, type::bytea,     type::name,        type::int8,   type::int2,   type::int4,
        type::text,    type::oid,       type::json,        type::float4, type::uuid,   type::float8,
        type::bpchar,  type::timestamp, type::timestamptz, type::jsonb,  type::varchar};
    return std::find(known.begin(), known.end(), type) != known.end();
}

/// 32 hexadecimal digits, hyphens anywhere between them, in braces or not; 16 bytes, else false.
bool read_uuid(std::string_view text, std::array<char, 16>& bytes) noexcept {
    if (text.size() > 2 && text.front() == '{' && text.back() == '}') {
        text = text.substr(1, text.size() - 2);
    }
    std::size_t digits = 0;
    for (const char c : text) {
        const char lower = static_cast<char>(c | 0x20);
        const bool hex = (c >= '0' && c <= '9') || (lower >= 'a' && lower <= 'f');
        if (c == '-' && digits > 0) {
            continue;
        }
        if (!hex || digits == 32) {
            return false;
        }
        const auto value = static_cast<unsigned>(c <= '9' ? c - '0' : lower - 'a' + 10);
        char& byte = bytes[digits / 2];
        byte = static_cast<char>((static_cast<unsigned char>(byte) << 4U) | value);
        ++digits;
    }
    return digits == 32;
}

template <class Number>
bool read_number(std::string_view text, Number& value) noexcept {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

CopyRow::CopyRow(std::span<const std::string_view> columns, std::vector<Oid> types)
    : columns_{columns},
      types_{std::move(types)},
      binary_{std::all_of(types_.begin(), types_.end(), has_binary_form)} {
    if (binary_) {
        bytes_ = signature;
    }
}

void CopyRow::add(const ValueView* cells) {
    const std::span<const ValueView> row{cells, columns_.size()};
    encode(row);
    if (binary_) {
        add_binary(row);
    } else {
        add_text(row);
    }
}

void CopyRow::finish() {
    if (binary_) {
        add_number(std::uint16_t{0xFFFFU});
    }
}

/// By the types, as for a single statement: what is refused there is refused here.
void CopyRow::encode(std::span<const ValueView> cells) {
    try {
        encoder_.encode(cells, types_);
    } catch (const Error& error) {
        // "parameter 2: 70000 does not fit smallint": here it is a column.
        const auto column = static_cast<std::size_t>(encoder_.count());
        const std::string_view why = error.what();
        refuse(column, why.substr(why.find(": ") + 2));
    }
}

void CopyRow::refuse(std::size_t column, std::string_view why) const {
    Error error{Errc::value, fmt::format("column \"{}\": {}", columns_[column], why)};
    error.object(std::string{columns_[column]});
    throw error;
}

template <class Unsigned>
void CopyRow::add_number(Unsigned value) {
    std::array<char, sizeof value> bytes{};
    for (std::size_t i = 0; i < sizeof value; ++i) {
        bytes[i] = static_cast<char>(value >> (8 * (sizeof value - 1 - i)));
    }
    bytes_.append(bytes.data(), bytes.size());
}

void CopyRow::add_field(std::string_view bytes) {
    add_number(static_cast<std::uint32_t>(bytes.size()));
    bytes_.append(bytes);
}

void CopyRow::add_binary(std::span<const ValueView> cells) {
    add_number(static_cast<std::uint16_t>(cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const char* const value = encoder_.values()[i];
        if (value == nullptr) {
            add_number(std::uint32_t{0xFFFF'FFFFU});
            continue;
        }
        const std::string_view bytes{value, static_cast<std::size_t>(encoder_.lengths()[i])};
        const bool as_it_is = encoder_.formats()[i] != 0 || cells[i].kind() != Kind::text;
        if (as_it_is && types_[i] != type::jsonb) {
            add_field(bytes);
        } else {
            add_parsed(bytes, i);
        }
    }
}

/// A text for a column of another type: read here, where a single statement lets the server do it.
void CopyRow::add_parsed(std::string_view text, std::size_t column) {
    std::int64_t integer = 0;
    double real = 0;
    std::array<char, 16> uuid{};
    ValueView parsed;
    switch (types_[column]) {
        case type::jsonb:
            add_number(static_cast<std::uint32_t>(text.size() + 1));
            bytes_ += '\1';  // the format's version
            bytes_.append(text);
            return;
        case type::uuid:
            if (!read_uuid(text, uuid)) {
                refuse(column, "the text is no uuid");
            }
            return add_field({uuid.data(), uuid.size()});
        case type::int2:
        case type::int4:
        case type::int8:
        case type::oid:
            if (!read_number(text, integer)) {
                refuse(column, "the text is no integer");
            }
            parsed = ValueView::integer(integer);
            break;
        case type::float4:
        case type::float8:
            if (!read_number(text, real)) {
                refuse(column, "the text is no number");
            }
            parsed = ValueView::real(real);
            break;
        case type::timestamp:
        case type::timestamptz:
            if (const auto instant = parse_timestamp(text)) {
                parsed = ValueView::timestamp(*instant);
                break;
            }
            refuse(column, "the text is no time that can be read");
        case type::boolean:
            if (text != "true" && text != "t" && text != "false" && text != "f") {
                refuse(column, "the text is neither true nor false");
            }
            parsed = ValueView::boolean(text.front() == 't');
            break;
        default:
            refuse(column, fmt::format("text is no {}", type_name(types_[column])));
    }
    Encoder one;
    one.encode({&parsed, 1}, {&types_[column], 1});
    add_field({one.values()[0], static_cast<std::size_t>(one.lengths()[0])});
}

void CopyRow::add_text(std::span<const ValueView> given) {
    // What a single statement would send: JSON as the array it means.
    std::vector<ValueView> cells{given.begin(), given.end()};
    std::vector<std::string> literals;
    literals.reserve(cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (array_kind(types_[i]) != ArrayKind::none && cells[i].kind() == Kind::text &&
            cells[i].as_text().starts_with('[')) {
            literals.push_back(array_literal(cells[i].as_text()).value_or(""));
            cells[i] = ValueView::text(literals.back());
        }
    }
    encoder_.encode_as_text(cells);
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (i > 0) {
            bytes_ += '\t';
        }
        const char* const value = encoder_.values()[i];
        if (value == nullptr) {
            bytes_ += "\\N";
            continue;
        }
        for (const char c :
             std::string_view{value, static_cast<std::size_t>(encoder_.lengths()[i])}) {
            switch (c) {
                case '\\':
                    bytes_ += "\\\\";
                    break;
                case '\n':
                    bytes_ += "\\n";
                    break;
                case '\r':
                    bytes_ += "\\r";
                    break;
                case '\t':
                    bytes_ += "\\t";
                    break;
                default:
                    bytes_ += c;
            }
        }
    }
    bytes_ += '\n';
}

}  // namespace enginebay::postgresql
