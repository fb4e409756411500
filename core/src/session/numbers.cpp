// SPDX-License-Identifier: BSL-1.0
// Decimal and Date: reading, comparing, writing.
#include <enginebay/error.hpp>
#include <enginebay/numbers.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

namespace enginebay {
namespace {

// Longer than any column keeps (PostgreSQL: 131072 digits before the point); an exponent beyond it
// is a mistake or an attack.
constexpr std::int64_t most_digits = 150'000;

bool all_digits(std::string_view text) noexcept {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

/// A number's parts as they compare: no zeros at the outer ends.
struct Parts {
    bool negative{false};
    std::string_view whole;
    std::string_view fraction;
};

Parts parts_of(std::string_view text) noexcept {
    Parts parts;
    parts.negative = text.starts_with('-');
    text.remove_prefix(parts.negative ? 1 : 0);
    const std::size_t point = std::min(text.find('.'), text.size());
    parts.whole = text.substr(0, point);
    parts.fraction = text.substr(std::min(point + 1, text.size()));
    parts.whole.remove_prefix(std::min(parts.whole.find_first_not_of('0'), parts.whole.size()));
    parts.fraction = parts.fraction.substr(0, parts.fraction.find_last_not_of('0') + 1);
    if (parts.whole.empty() && parts.fraction.empty()) {
        parts.negative = false;
    }
    return parts;
}

std::strong_ordering compare_size(const Parts& a, const Parts& b) noexcept {
    if (a.whole.size() != b.whole.size()) {
        return a.whole.size() <=> b.whole.size();
    }
    const int whole = a.whole.compare(b.whole);
    return (whole != 0 ? whole : a.fraction.compare(b.fraction)) <=> 0;
}

/// Splits "1.5e-7" behind its digits; nothing for an exponent that is none.
std::optional<std::int64_t> take_exponent(std::string_view& text) {
    const std::size_t at = text.find_first_of("eE");
    if (at == std::string_view::npos) {
        return 0;
    }
    std::string_view digits = text.substr(at + 1);
    text = text.substr(0, at);
    digits.remove_prefix(digits.starts_with('+') && !digits.starts_with("+-") ? 1 : 0);
    std::int64_t exponent = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    const bool good = error == std::errc{} && end == digits.data() + digits.size() &&
                      std::abs(exponent) <= most_digits;
    return good ? std::optional{exponent} : std::nullopt;
}

/// The digits with the point moved by the exponent.
std::string written_out(std::string whole, std::string fraction, std::int64_t exponent) {
    if (exponent > 0) {
        const auto moved = static_cast<std::size_t>(exponent);
        fraction.append(moved - std::min(moved, fraction.size()), '0');
        whole += fraction.substr(0, moved);
        fraction.erase(0, moved);
    } else {
        const auto moved = static_cast<std::size_t>(-exponent);
        whole.insert(0, moved - std::min(moved, whole.size()), '0');
        fraction.insert(0, whole.substr(whole.size() - moved));
        whole.erase(whole.size() - moved);
    }
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    return (whole.empty() ? "0" : whole) + (fraction.empty() ? "" : "." + fraction);
}

}  // namespace

Decimal::Decimal(std::int64_t value) : text_{std::to_string(value)} {}

std::optional<Decimal> Decimal::parse(std::string_view text) {
    const bool negative = text.starts_with('-');
    text.remove_prefix(negative || text.starts_with('+') ? 1 : 0);
    const auto exponent = take_exponent(text);
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::string_view whole = text.substr(0, point);
    const std::string_view fraction = text.substr(std::min(point + 1, text.size()));
    if (!exponent || whole.size() + fraction.size() == 0 || !all_digits(whole) ||
        !all_digits(fraction) || text.size() > static_cast<std::size_t>(most_digits)) {
        return std::nullopt;
    }
    std::string number = written_out(std::string{whole}, std::string{fraction}, *exponent);
    const bool zero = number.find_first_not_of("0.") == std::string::npos;
    return Decimal{Written{}, (negative && !zero ? "-" : "") + number};
}

std::size_t Decimal::places() const noexcept {
    const std::size_t point = text_.find('.');
    return point == std::string::npos ? 0 : text_.size() - point - 1;
}

std::optional<std::int64_t> Decimal::as_integer() const noexcept {
    if (!parts_of(text_).fraction.empty()) {
        return std::nullopt;
    }
    const std::string_view whole = std::string_view{text_}.substr(0, text_.find('.'));
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), value);
    return error == std::errc{} ? std::optional{value} : std::nullopt;
}

double Decimal::as_real() const { return std::strtod(text_.c_str(), nullptr); }

std::strong_ordering Decimal::compare(const Decimal& other) const noexcept {
    const Parts left = parts_of(text_);
    const Parts right = parts_of(other.text_);
    if (left.negative != right.negative) {
        return left.negative ? std::strong_ordering::less : std::strong_ordering::greater;
    }
    return left.negative ? compare_size(right, left) : compare_size(left, right);
}

Decimal Decimal::from_cell(const Cell& cell) {
    if (cell.value.kind() == Kind::integer) {
        return cell.value.as_integer();
    }
    if (cell.value.kind() == Kind::text) {
        if (auto number = parse(cell.value.as_text())) {
            return *std::move(number);
        }
        detail::throw_undecodable(cell, "text that is a decimal number");
    }
    detail::throw_undecodable(cell, "an exact decimal number");  // a double is none
}

Date::Date(std::chrono::year_month_day day) : day_{day} {
    const int year = static_cast<int>(day.year());
    if (!day.ok() || year < 1 || year > 9999) {
        throw Error(Errc::value, fmt::format("{:04}-{:02}-{:02} is no day between 0001-01-01 and "
                                             "9999-12-31",
                                             year, static_cast<unsigned>(day.month()),
                                             static_cast<unsigned>(day.day())));
    }
    fmt::format_to_n(text_.data(), text_.size(), "{:04}-{:02}-{:02}", year,
                     static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
}

std::optional<Date> Date::parse(std::string_view text) {
    if (text.size() != 10 || text.starts_with("0000")) {
        return std::nullopt;
    }
    const auto instant = parse_timestamp(text);
    return instant ? std::optional<Date>{std::chrono::floor<std::chrono::days>(*instant)}
                   : std::nullopt;
}

Date Date::from_cell(const Cell& cell) {
    std::optional<Timestamp> instant;
    if (cell.value.kind() == Kind::timestamp) {
        instant = cell.value.as_timestamp();
    } else if (cell.value.kind() == Kind::text) {
        instant = parse_timestamp(cell.value.as_text());
    }
    if (!instant || std::chrono::floor<std::chrono::days>(*instant) != *instant) {
        detail::throw_undecodable(cell, "a day without a time");
    }
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(*instant)};
}

}  // namespace enginebay
