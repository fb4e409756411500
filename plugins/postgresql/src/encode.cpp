// SPDX-License-Identifier: BSL-1.0
// Encoder: binary where the type is known and fixed, text where the server reads better than we do.
#include "encode.hpp"

#include "array_text.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace enginebay::postgresql {
namespace {

constexpr int text_format = 0;
constexpr int binary_format = 1;
// The longest number, timestamp or NUL a value becomes, beside its own bytes.
constexpr std::size_t room_per_value = 40;

bool is_text_like(Oid type) noexcept {
    return type == type::text || type == type::varchar || type == type::bpchar ||
           type == type::name || type == type::json || type == type::unknown;
}

template <class Integer>
bool fits(std::int64_t value) noexcept {
    return value >= std::numeric_limits<Integer>::min() &&
           value <= std::numeric_limits<Integer>::max();
}

/// The shortest text that reads back as the same number.
std::string_view real_text(double value, std::span<char, 32> buffer) noexcept {
    if (std::isnan(value)) {
        return "NaN";
    }
    if (std::isinf(value)) {
        return value > 0 ? "Infinity" : "-Infinity";
    }
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), static_cast<std::size_t>(end - buffer.data())};
}

}  // namespace

std::string type_name(Oid type) {
    struct Name {
        Oid type;
        std::string_view name;
    };
    constexpr std::array<Name, 24> names{{{type::boolean, "boolean"},
                                          {type::bytea, "bytea"},
                                          {type::character, "\"char\""},
                                          {type::name, "name"},
                                          {type::int8, "bigint"},
                                          {type::int2, "smallint"},
                                          {type::int4, "integer"},
                                          {type::text, "text"},
                                          {type::oid, "oid"},
                                          {type::json, "json"},
                                          {type::float4, "real"},
                                          {type::float8, "double precision"},
                                          {type::bpchar, "character"},
                                          {type::varchar, "character varying"},
                                          {type::date, "date"},
                                          {type::timestamp, "timestamp"},
                                          {type::timestamptz, "timestamp with time zone"},
                                          {type::numeric, "numeric"},
                                          {type::uuid, "uuid"},
                                          {type::jsonb, "jsonb"},
                                          {1009, "text[]"},
                                          {1016, "bigint[]"},
                                          {1007, "integer[]"},
                                          {1005, "smallint[]"}}};
    for (const Name& entry : names) {
        if (entry.type == type) {
            return std::string{entry.name};
        }
    }
    return fmt::format("type {}", type);
}

std::string timestamp_text(Timestamp value) {
    const auto day = std::chrono::floor<std::chrono::days>(value);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{value - day};
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}.{:06}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

void Encoder::start(std::size_t room) {
    values_.clear();
    lengths_.clear();
    formats_.clear();
    used_ = 0;
    if (arena_.size() < room) {
        arena_.resize(room);  // before any pointer into it is taken
    }
}

char* Encoder::take(std::size_t size) {
    char* const place = arena_.data() + used_;
    used_ += size;
    return place;
}

void Encoder::add_null() {
    values_.push_back(nullptr);
    lengths_.push_back(0);
    formats_.push_back(text_format);
}

void Encoder::add_borrowed(std::string_view bytes) {
    if (bytes.size() > std::numeric_limits<int>::max()) {
        refuse("a value of 2 GiB or more", type::text, "cannot be kept in");
    }
    // A null pointer means NULL, and an empty view may hold one.
    values_.push_back(bytes.data() != nullptr ? bytes.data() : "");
    lengths_.push_back(static_cast<int>(bytes.size()));
    formats_.push_back(binary_format);
}

void Encoder::add_text(std::string_view text) {
    char* const place = take(text.size() + 1);
    if (!text.empty()) {
        std::memcpy(place, text.data(), text.size());
    }
    place[text.size()] = '\0';
    values_.push_back(place);
    lengths_.push_back(static_cast<int>(text.size()));
    formats_.push_back(text_format);
}

template <class Integer>
void Encoder::add_number(Integer value) {
    char* const place = take(sizeof value);
    for (std::size_t i = 0; i < sizeof value; ++i) {
        place[i] = static_cast<char>(value >> (8 * (sizeof value - 1 - i)));
    }
    values_.push_back(place);
    lengths_.push_back(sizeof value);
    formats_.push_back(binary_format);
}

void Encoder::refuse(std::string_view what, Oid type, std::string_view why) const {
    throw Error{Errc::value, fmt::format("parameter {}: {} {} {}", values_.size() + 1, what, why,
                                         type_name(type))};
}

void Encoder::encode(std::span<const ValueView> parameters, std::span<const Oid> types) {
    std::size_t room = room_per_value * parameters.size();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i].kind() == Kind::text && !is_text_like(types[i])) {
            room += parameters[i].as_text().size();
        }
    }
    start(room);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const ValueView& value = parameters[i];
        if (value.is_null()) {
            add_null();
        } else if (is_text_like(types[i])) {
            add_for_text_type(value, types[i]);
        } else {
            add_for_other_type(value, types[i]);
        }
    }
}

void Encoder::encode_as_text(std::span<const ValueView> parameters) {
    std::size_t room = room_per_value * parameters.size();
    for (const ValueView& value : parameters) {
        if (value.kind() == Kind::text) {
            room += value.as_text().size();
        } else if (value.kind() == Kind::blob) {
            room += 2 * value.as_blob().size();
        }
    }
    start(room);
    for (const ValueView& value : parameters) {
        if (value.is_null()) {
            add_null();
        } else {
            add_any_as_text(value);
        }
    }
}

void Encoder::add_for_text_type(const ValueView& value, Oid type) {
    switch (value.kind()) {
        case Kind::text:
            add_borrowed(value.as_text());
            return;
        case Kind::blob:
            refuse("a blob", type, "is no");
        case Kind::timestamp:
            if (type == type::json) {
                refuse("a timestamp", type, "is no");
            }
            break;
        default:
            break;
    }
    add_any_as_text(value);
}

void Encoder::add_for_other_type(const ValueView& value, Oid type) {
    switch (value.kind()) {
        case Kind::text:
            return add_text_for(value, type);
        case Kind::integer:
            return add_integer(value.as_integer(), type);
        case Kind::boolean:
            return add_boolean(value.as_boolean(), type);
        case Kind::real:
            return add_real(value.as_real(), type);
        case Kind::blob:
            return add_blob(value.as_blob(), type);
        case Kind::timestamp:
            return add_timestamp(value.as_timestamp(), type);
        default:
            return add_any_as_text(value);
    }
}

/// A text for the server to read; a JSON array as the array it means.
void Encoder::add_text_for(const ValueView& value, Oid type) {
    if (array_kind(type) == ArrayKind::none || !value.as_text().starts_with('[')) {
        return add_any_as_text(value);
    }
    const std::optional<std::string> literal = array_literal(value.as_text());
    if (!literal) {
        refuse("the text", type, "is no JSON array of texts or integers for");
    }
    add_text(*literal);
}

void Encoder::add_integer(std::int64_t value, Oid type) {
    const auto out_of_range = [&] { refuse(std::to_string(value), type, "does not fit"); };
    switch (type) {
        case type::int8:
            return add_number(static_cast<std::uint64_t>(value));
        case type::int4:
            return fits<std::int32_t>(value) ? add_number(static_cast<std::uint32_t>(value))
                                             : out_of_range();
        case type::int2:
            return fits<std::int16_t>(value) ? add_number(static_cast<std::uint16_t>(value))
                                             : out_of_range();
        case type::oid:
            return fits<std::uint32_t>(value) ? add_number(static_cast<std::uint32_t>(value))
                                              : out_of_range();
        case type::boolean:
            return value == 0 || value == 1 ? add_boolean(value == 1, type) : out_of_range();
        case type::float8:
        case type::float4: {
            const std::int64_t exact = std::int64_t{1} << (type == type::float8 ? 53 : 24);
            return value >= -exact && value <= exact ? add_real(static_cast<double>(value), type)
                                                     : out_of_range();
        }
        case type::bytea:
        case type::timestamp:
        case type::timestamptz:
        case type::date:
        case type::uuid:
            refuse("an integer", type, "is no");
        default:
            return add_any_as_text(ValueView::integer(value));
    }
}

void Encoder::add_boolean(bool value, Oid type) {
    switch (type) {
        case type::boolean:
            *take(1) = value ? '\1' : '\0';
            return add_borrowed({arena_.data() + used_ - 1, 1});
        case type::int8:
        case type::int4:
        case type::int2:
            return add_integer(value ? 1 : 0, type);
        case type::numeric:
            return add_text(value ? "1" : "0");
        case type::jsonb:
            return add_any_as_text(ValueView::boolean(value));
        default:
            refuse("a boolean", type, "is no");
    }
}

void Encoder::add_real(double value, Oid type) {
    switch (type) {
        case type::float8:
            return add_number(std::bit_cast<std::uint64_t>(value));
        case type::float4: {
            if (std::isfinite(value) && std::abs(value) > std::numeric_limits<float>::max()) {
                refuse(fmt::format("{}", value), type, "does not fit");
            }
            return add_number(std::bit_cast<std::uint32_t>(static_cast<float>(value)));
        }
        case type::numeric:
        case type::jsonb:
            return add_any_as_text(ValueView::real(value));
        default:
            refuse("a real number", type, "is no");
    }
}

void Encoder::add_blob(std::span<const std::byte> value, Oid type) {
    if (type != type::bytea && !(type == type::uuid && value.size() == 16)) {
        refuse("a blob", type, "is no");
    }
    add_borrowed({reinterpret_cast<const char*>(value.data()), value.size()});
}

void Encoder::add_timestamp(Timestamp value, Oid type) {
    const std::int64_t since_1970 = value.time_since_epoch().count();
    switch (type) {
        case type::timestamp:
        case type::timestamptz: {
            std::int64_t since_2000 = 0;
            // The two ends of the range mean infinity there.
            if (__builtin_sub_overflow(since_1970, epoch_offset_us, &since_2000) ||
                since_2000 == std::numeric_limits<std::int64_t>::min() ||
                since_1970 == std::numeric_limits<std::int64_t>::max()) {
                refuse("the timestamp", type, "does not fit");
            }
            return add_number(static_cast<std::uint64_t>(since_2000));
        }
        case type::date:
            if (since_1970 % std::int64_t{86'400'000'000} != 0) {
                refuse("a timestamp that is not midnight", type, "is no");
            }
            return add_text(timestamp_text(value));
        default:
            refuse("a timestamp", type, "is no");
    }
}

void Encoder::add_any_as_text(const ValueView& value) {
    std::array<char, 32> buffer{};
    switch (value.kind()) {
        case Kind::null:
            return add_null();
        case Kind::boolean:
            return add_text(value.as_boolean() ? "true" : "false");
        case Kind::integer: {
            const auto end =
                std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.as_integer()).ptr;
            return add_text({buffer.data(), static_cast<std::size_t>(end - buffer.data())});
        }
        case Kind::real:
            return add_text(real_text(value.as_real(), buffer));
        case Kind::text:
            if (value.as_text().find('\0') != std::string_view::npos) {
                refuse("text with a NUL byte", type::text, "cannot be kept in");
            }
            return add_text(value.as_text());
        case Kind::blob: {
            const auto bytes = value.as_blob();
            char* const place = take(2 * bytes.size() + 3);
            char* out = std::copy_n("\\x", 2, place);
            for (const std::byte byte : bytes) {
                *out++ = "0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4U];
                *out++ = "0123456789abcdef"[std::to_integer<unsigned>(byte) & 15U];
            }
            *out = '\0';
            values_.push_back(place);
            lengths_.push_back(static_cast<int>(out - place));
            formats_.push_back(text_format);
            return;
        }
        case Kind::timestamp:
            return add_text(timestamp_text(value.as_timestamp()));
    }
}

}  // namespace enginebay::postgresql
