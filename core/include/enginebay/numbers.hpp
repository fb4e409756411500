// SPDX-License-Identifier: BSL-1.0
// Decimal and Date: exact numbers beyond 64 bits, and days without a time.
// Threads: values.  Ownership: each holds its own text.
//
// Both travel as text, so they are exact on every backend: into numeric and date columns where a
// backend has those types, into text columns elsewhere. (A column of SQLite's NUMERIC affinity
// would make a double of a long number: declare the column as text.)
#pragma once

#include <enginebay/codec.hpp>
#include <enginebay/export.hpp>
#include <enginebay/timestamp.hpp>

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace enginebay {

/// A decimal number of any length, kept as it is written: 1.50 stays 1.50, and equals 1.5.
class ENGINEBAY_API Decimal {
public:
    Decimal() : text_{"0"} {}
    Decimal(std::int64_t value);  // NOLINT(google-explicit-constructor): every integer is one
    /// "-12.50", "+3", "1e-7" (written out); nothing for anything else, "NaN" and "Infinity" too.
    static std::optional<Decimal> parse(std::string_view text);

    /// An optional minus, digits, and a point with digits behind it where it has places.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// The digits behind the point.
    [[nodiscard]] std::size_t places() const noexcept;
    [[nodiscard]] bool is_negative() const noexcept { return text_.front() == '-'; }
    /// Nothing where it has a fraction other than zero, or does not fit.
    [[nodiscard]] std::optional<std::int64_t> as_integer() const noexcept;
    /// The nearest double; beyond its range an infinity.
    [[nodiscard]] double as_real() const;

    /// By value: 1.50 == 1.5.
    [[nodiscard]] std::strong_ordering compare(const Decimal& other) const noexcept;
    friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) noexcept {
        return a.compare(b);
    }
    friend bool operator==(const Decimal& a, const Decimal& b) noexcept {
        return a.compare(b) == std::strong_ordering::equal;
    }

    [[nodiscard]] ValueView as_parameter(const Place& /*place*/) const noexcept {
        return ValueView::text(text_);
    }
    static Decimal from_cell(const Cell& cell);

private:
    struct Written {};
    Decimal(Written /*tag*/, std::string text) noexcept : text_{std::move(text)} {}
    std::string text_;
};

/// A day from 0001-01-01 to 9999-12-31.
class ENGINEBAY_API Date {
public:
    /// Throws Errc::value for what is no day, or outside the range.
    Date(std::chrono::year_month_day day);  // NOLINT(google-explicit-constructor): the same thing
    /// "2026-01-31".
    static std::optional<Date> parse(std::string_view text);

    [[nodiscard]] std::chrono::year_month_day day() const noexcept { return day_; }
    [[nodiscard]] std::string_view text() const noexcept { return {text_.data(), text_.size()}; }

    friend auto operator<=>(const Date& a, const Date& b) noexcept { return a.day_ <=> b.day_; }
    friend bool operator==(const Date& a, const Date& b) noexcept { return a.day_ == b.day_; }

    [[nodiscard]] ValueView as_parameter(const Place& /*place*/) const noexcept {
        return ValueView::text(text());
    }
    /// Also of a timestamp at midnight UTC.
    static Date from_cell(const Cell& cell);

private:
    std::chrono::year_month_day day_;
    std::array<char, 10> text_{};
};

}  // namespace enginebay
