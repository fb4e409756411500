// SPDX-License-Identifier: BSL-1.0
// From a configured text to what it means.
#include "config/value.hpp"

#include "config/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace enginebay::config {
namespace {

/// Digits only: no sign, no blank, nothing behind.
template <class Integer>
std::optional<Integer> parsed(std::string_view text) {
    Integer value{};
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || text.starts_with('-')) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

Error refusal(const Value& value, std::string_view key, std::string_view why) {
    Error error{Errc::configuration, fmt::format("{}: {}: {}", value.where, key, why)};
    error.where(value.where).object(std::string{key});
    return error;
}

std::string engine_name(const Value& value, std::string_view key) {
    constexpr std::size_t longest = 31;
    const std::string& text = value.text;
    const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
    const bool fits = !text.empty() && text.size() <= longest && letter(text.front()) &&
                      std::all_of(text.begin(), text.end(), [&](char c) {
                          return letter(c) || (c >= '0' && c <= '9') || c == '_';
                      });
    if (!fits) {
        throw refusal(value, key,
                      "not the name of an engine: lower-case letters, digits and _, beginning with "
                      "a letter, at most 31 of them");
    }
    return text;
}

std::uint32_t number(const Value& value, std::string_view key, std::uint32_t least,
                     std::uint32_t most) {
    const auto found = parsed<std::uint32_t>(value.text);
    if (!found || *found < least || *found > most) {
        throw refusal(value, key, fmt::format("must be a whole number from {} to {}", least, most));
    }
    return *found;
}

std::chrono::milliseconds duration(const Value& value, std::string_view key) {
    struct Unit {
        std::string_view suffix;
        std::int64_t milliseconds;
    };
    constexpr std::array units{Unit{"ms", 1}, Unit{"s", 1000}, Unit{"m", 60'000},
                               Unit{"h", 3'600'000}, Unit{"d", 86'400'000}};
    constexpr std::int64_t longest = 366 * std::int64_t{86'400'000};
    for (const Unit& unit : units) {
        if (!value.text.ends_with(unit.suffix)) {
            continue;
        }
        const auto amount = parsed<std::int64_t>(
            std::string_view{value.text}.substr(0, value.text.size() - unit.suffix.size()));
        if (!amount) {
            continue;  // "5ms" ends with "s" as well
        }
        if (*amount > longest / unit.milliseconds) {
            throw refusal(value, key, "longer than a year");
        }
        return std::chrono::milliseconds{*amount * unit.milliseconds};
    }
    if (parsed<std::int64_t>(value.text)) {
        throw refusal(value, key, fmt::format("a duration needs its unit, e.g. {}s", value.text));
    }
    throw refusal(value, key, "must be a duration: a whole number and ms, s, m, h or d, e.g. 30s");
}

OnStart on_start(const Value& value, std::string_view key) {
    if (value.text == "upgrade") {
        return OnStart::upgrade;
    }
    if (value.text == "check") {
        return OnStart::check;
    }
    if (value.text == "off") {
        return OnStart::off;
    }
    throw refusal(value, key, "must be upgrade, check or off");
}

const std::string& plain(const Value& value, std::string_view key) {
    if (value.text.find('\0') != std::string::npos) {
        throw refusal(value, key, "holds a NUL byte");
    }
    if (value.text.find_first_of("\r\n") != std::string::npos) {
        throw refusal(value, key, "holds a line break");
    }
    if (first_invalid_utf8(value.text) != std::string::npos) {
        throw refusal(value, key, "is not UTF-8");
    }
    return value.text;
}

}  // namespace enginebay::config
