// SPDX-License-Identifier: BSL-1.0
// The values that cross the border: parameters on the way in, cells on the way out.
// Threads: plain values.  Ownership: a ValueView owns nothing; a parameter's bytes live until the
// call returns, a cell's bytes live in driver memory until the cursor moves or closes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace enginebay {

/// An instant in UTC, to the microsecond: the finest that every backend keeps.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Now, in the resolution the database keeps.
inline Timestamp now() noexcept {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

using Blob = std::vector<std::byte>;

enum class Kind : std::uint8_t { null, boolean, integer, real, text, blob, timestamp };

/// A small tagged POD: 16 bytes, no constructor with a cost, passed by value or in spans.
/// `boolean` is produced only by backends that have the type; elsewhere a boolean reads as an
/// integer. `timestamp` likewise: a backend without the type gives its text.
class ValueView {
public:
    constexpr ValueView() noexcept : integer_{0} {}
    static constexpr ValueView null() noexcept { return {}; }
    static constexpr ValueView boolean(bool value) noexcept {
        return {Kind::boolean, static_cast<std::int64_t>(value)};
    }
    static constexpr ValueView integer(std::int64_t value) noexcept {
        return {Kind::integer, value};
    }
    static constexpr ValueView real(double value) noexcept {
        ValueView view;
        view.real_ = value;
        view.kind_ = Kind::real;
        return view;
    }
    /// At most 4 GiB - 1 (both backends stop far below); a longer text must not be passed.
    static constexpr ValueView text(std::string_view value) noexcept {
        return {Kind::text, value.data(), value.size()};
    }
    static ValueView blob(std::span<const std::byte> value) noexcept {
        return {Kind::blob, reinterpret_cast<const char*>(value.data()), value.size()};
    }
    static constexpr ValueView timestamp(Timestamp value) noexcept {
        return {Kind::timestamp, value.time_since_epoch().count()};
    }

    [[nodiscard]] constexpr Kind kind() const noexcept { return kind_; }
    [[nodiscard]] constexpr bool is_null() const noexcept { return kind_ == Kind::null; }

    // Each accessor is valid for its own kind only; nothing is converted here.
    [[nodiscard]] constexpr bool as_boolean() const noexcept { return integer_ != 0; }
    [[nodiscard]] constexpr std::int64_t as_integer() const noexcept { return integer_; }
    [[nodiscard]] constexpr double as_real() const noexcept { return real_; }
    [[nodiscard]] constexpr std::string_view as_text() const noexcept { return {data_, size_}; }
    [[nodiscard]] std::span<const std::byte> as_blob() const noexcept {
        return {reinterpret_cast<const std::byte*>(data_), size_};
    }
    [[nodiscard]] constexpr Timestamp as_timestamp() const noexcept {
        return Timestamp{std::chrono::microseconds{integer_}};
    }

private:
    constexpr ValueView(Kind kind, std::int64_t value) noexcept : integer_{value}, kind_{kind} {}
    constexpr ValueView(Kind kind, const char* data, std::size_t size) noexcept
        : data_{data}, size_{static_cast<std::uint32_t>(size)}, kind_{kind} {}

    union {
        std::int64_t integer_;
        double real_;
        const char* data_;
    };
    std::uint32_t size_{0};
    Kind kind_{Kind::null};
};

static_assert(sizeof(ValueView) == 16);

/// An owned value, where a view has nothing to point at: defaults in a schema, rows in a file.
using Value =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Blob, Timestamp>;

/// A view of an owned value; valid while the value lives unchanged.
inline ValueView view(const Value& value) noexcept {
    struct Viewer {
        ValueView operator()(std::monostate) const noexcept { return ValueView::null(); }
        ValueView operator()(bool v) const noexcept { return ValueView::boolean(v); }
        ValueView operator()(std::int64_t v) const noexcept { return ValueView::integer(v); }
        ValueView operator()(double v) const noexcept { return ValueView::real(v); }
        ValueView operator()(const std::string& v) const noexcept { return ValueView::text(v); }
        ValueView operator()(const Blob& v) const noexcept { return ValueView::blob(v); }
        ValueView operator()(Timestamp v) const noexcept { return ValueView::timestamp(v); }
    };
    return std::visit(Viewer{}, value);
}

}  // namespace enginebay
