// SPDX-License-Identifier: BSL-1.0
// C++ values to parameters, cells to C++ values, both strict: what does not fit is an error that
// names the column, never a silent zero.
// Threads: pure functions.  Ownership: an encoded view points into the argument; a decoded
// std::string_view or span points into driver memory and is valid until the next row.
//
// Encoded and decoded: bool, integers, float and double, text (std::string, std::string_view,
// literals), Blob and spans of bytes, Timestamp, std::optional of these, Value; nullptr encodes
// NULL. Other types bring two members: `ValueView as_parameter(const Place&) const`, a view into
// the object, and `static T from_cell(const Cell&)`; Decimal, Date and Array (numbers.hpp,
// array.hpp) are made that way.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/error.hpp>
#include <enginebay/export.hpp>
#include <enginebay/timestamp.hpp>
#include <enginebay/value.hpp>

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace enginebay {

/// True for UTF-8 without a NUL byte: the text that every backend keeps as it is.
ENGINEBAY_API bool is_portable_text(std::string_view text) noexcept;

/// Where a value goes, for the error that names it: its place among the parameters, from 0, or the
/// column it is for.
struct Place {
    std::size_t parameter{0};
    std::string_view column;
};

namespace detail {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool unsupported_type = false;

template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                  !std::same_as<T, wchar_t> && !std::same_as<T, char8_t>;

[[noreturn]] ENGINEBAY_API void throw_unencodable(const Place& place, std::string_view why);

inline ValueView encode_text(std::string_view text, const Place& place) {
    if (!is_portable_text(text)) {
        throw_unencodable(place, "is not UTF-8 or holds a NUL byte");
    }
    if (text.size() > std::numeric_limits<std::int32_t>::max()) {
        throw_unencodable(place, "is longer than 2 GiB");
    }
    return ValueView::text(text);
}

inline ValueView encode_blob(std::span<const std::byte> bytes, const Place& place) {
    if (bytes.size() > std::numeric_limits<std::int32_t>::max()) {
        throw_unencodable(place, "is longer than 2 GiB");
    }
    return ValueView::blob(bytes);
}

/// A type that says itself how it is passed.
template <class T>
concept OwnParameter = requires(const T& value, const Place& place) {
    { value.as_parameter(place) } -> std::same_as<ValueView>;
};

template <class T>
ValueView encode_scalar(const T& value, const Place& place) {
    if constexpr (OwnParameter<T>) {
        return value.as_parameter(place);
    } else if constexpr (std::same_as<T, bool>) {
        return ValueView::boolean(value);
    } else if constexpr (Integer<T>) {
        if (!std::in_range<std::int64_t>(value)) {
            throw_unencodable(place, "does not fit into 64 bits");
        }
        return ValueView::integer(static_cast<std::int64_t>(value));
    } else if constexpr (std::floating_point<T>) {
        return ValueView::real(static_cast<double>(value));
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return encode_text(value, place);
    } else if constexpr (std::convertible_to<const T&, std::span<const std::byte>>) {
        return encode_blob(value, place);
    } else if constexpr (std::convertible_to<const T&, Timestamp>) {
        return ValueView::timestamp(value);
    } else {
        static_assert(unsupported_type<T>, "this type is no database value");
    }
}

}  // namespace detail

/// A view of `value` as a parameter. Throws Errc::value for text that is not UTF-8 or holds a NUL
/// byte, and for a number beyond 64 bits.
template <class T>
ValueView encode(const T& value, const Place& place = {}) {
    if constexpr (std::same_as<T, ValueView>) {
        return value;
    } else if constexpr (std::same_as<T, Value>) {
        const auto* text = std::get_if<std::string>(&value);
        return text == nullptr ? view(value) : detail::encode_text(*text, place);
    } else if constexpr (std::same_as<T, std::nullptr_t> || std::same_as<T, std::nullopt_t>) {
        return ValueView::null();
    } else if constexpr (detail::is_optional<T>) {
        return value ? encode(*value, place) : ValueView::null();
    } else {
        return detail::encode_scalar(value, place);
    }
}

/// A cell with the place it came from, for the error that names it.
struct Cell {
    const ValueView& value;
    const Cursor& cursor;
    std::size_t column;
};

namespace detail {

/// A type that says itself how it is read.
template <class T>
concept OwnCell = requires(const Cell& cell) {
    { T::from_cell(cell) } -> std::same_as<T>;
};

/// "column "age" is NULL, and the program asked for an integer".
[[noreturn]] ENGINEBAY_API void throw_undecodable(const Cell& cell, std::string_view wanted);
ENGINEBAY_API double decode_real(const Cell& cell);
ENGINEBAY_API bool decode_boolean(const Cell& cell);
ENGINEBAY_API Timestamp decode_timestamp(const Cell& cell);

template <Integer T>
T decode_integer(const Cell& cell) {
    const Kind kind = cell.value.kind();
    if (kind != Kind::integer && kind != Kind::boolean) {
        throw_undecodable(cell, "an integer");
    }
    const std::int64_t number =
        kind == Kind::integer ? cell.value.as_integer() : std::int64_t{cell.value.as_boolean()};
    if (!std::in_range<T>(number)) {
        throw_undecodable(cell, "a smaller integer");
    }
    return static_cast<T>(number);
}

inline std::string_view decode_text(const Cell& cell) {
    if (cell.value.kind() != Kind::text) {
        throw_undecodable(cell, "text");
    }
    if (!is_portable_text(cell.value.as_text())) {
        throw_undecodable(cell, "text in UTF-8 without NUL bytes");
    }
    return cell.value.as_text();
}

inline std::span<const std::byte> decode_blob(const Cell& cell) {
    if (cell.value.kind() != Kind::blob) {
        throw_undecodable(cell, "bytes");
    }
    return cell.value.as_blob();
}

ENGINEBAY_API Value decode_value(const Cell& cell);

}  // namespace detail

/// The cell as a T. Throws Errc::value naming column, what it holds and what was asked for.
template <class T>
T decode(const Cell& cell) {
    if constexpr (detail::OwnCell<T>) {
        return T::from_cell(cell);
    } else if constexpr (std::same_as<T, ValueView>) {
        return cell.value;
    } else if constexpr (std::same_as<T, Value>) {
        return detail::decode_value(cell);
    } else if constexpr (detail::is_optional<T>) {
        return cell.value.is_null() ? T{} : T{decode<typename T::value_type>(cell)};
    } else if constexpr (std::same_as<T, bool>) {
        return detail::decode_boolean(cell);
    } else if constexpr (detail::Integer<T>) {
        return detail::decode_integer<T>(cell);
    } else if constexpr (std::floating_point<T>) {
        return static_cast<T>(detail::decode_real(cell));
    } else if constexpr (std::same_as<T, std::string> || std::same_as<T, std::string_view>) {
        return T{detail::decode_text(cell)};
    } else if constexpr (std::same_as<T, Blob>) {
        const auto bytes = detail::decode_blob(cell);
        return Blob{bytes.begin(), bytes.end()};
    } else if constexpr (std::same_as<T, std::span<const std::byte>>) {
        return detail::decode_blob(cell);
    } else if constexpr (std::same_as<T, Timestamp>) {
        return detail::decode_timestamp(cell);
    } else {
        static_assert(detail::unsupported_type<T>, "this type is no database value");
    }
}

}  // namespace enginebay
