// SPDX-License-Identifier: BSL-1.0
// Reads the option keys; everything that is not understood is refused by name.
#include "options.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string_view>
#include <vector>

namespace enginebay::sqlite {
namespace {

constexpr std::array<std::string_view, 5> known_keys{"busy_timeout", "cache_size", "durability",
                                                     "lock_file", "network_filesystem"};

[[noreturn]] void refuse(std::string_view key, std::string_view value, std::string_view wanted) {
    throw Error{
        Errc::configuration,
        fmt::format("database.options.{}: '{}' is not understood; give {}", key, value, wanted)};
}

// Levenshtein's distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        row[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            row[j] = std::min({above + 1, row[j - 1] + 1,
                               diagonal + static_cast<std::size_t>(a[i - 1] != b[j - 1])});
            diagonal = above;
        }
    }
    return row[b.size()];
}

[[noreturn]] void refuse_key(std::string_view key) {
    const auto* nearest = std::min_element(known_keys.begin(), known_keys.end(),
                                           [key](std::string_view a, std::string_view b) {
                                               return distance(key, a) < distance(key, b);
                                           });
    const std::string meant =
        distance(key, *nearest) <= 3 ? fmt::format("; did you mean '{}'?", *nearest) : "";
    throw Error{Errc::configuration,
                fmt::format("database.options.{}: no such option of this backend{} (known: {})",
                            key, meant, fmt::join(known_keys, ", "))};
}

// The leading number of `text`; what follows it is left in `text`.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (status != std::errc{}) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

std::chrono::milliseconds read_duration(std::string_view key, std::string_view value) {
    std::string_view unit = value;
    const auto number = take_number(unit);
    const std::int64_t factor = unit == "s" ? 1'000 : unit == "m" ? 60'000 : 1;
    const bool known = unit.empty() || unit == "ms" || unit == "s" || unit == "m";
    // SQLite keeps the timeout in an int of milliseconds.
    if (!number || !known || *number < 0 ||
        *number > std::numeric_limits<std::int32_t>::max() / factor) {
        refuse(key, value, "a time such as 5s, 500ms or 5000 (milliseconds)");
    }
    return std::chrono::milliseconds{*number * factor};
}

std::int64_t read_cache_size(std::string_view key, std::string_view value) {
    std::string_view unit = value;
    const auto number = take_number(unit);
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (number && unit.empty() && *number >= -most && *number <= most) {
        return *number;
    }
    const std::int64_t kibibytes = unit == "KiB" ? 1 : unit == "MiB" ? 1024 : 0;
    if (!number || kibibytes == 0 || *number <= 0 || *number > most / kibibytes) {
        refuse(key, value, "a size such as 64MiB, a number of pages, or minus a number of KiB");
    }
    return -*number * kibibytes;  // SQLite's way to say KiB
}

}  // namespace

Options read_options(const DatabaseConfig& config) {
    Options options;
    for (const auto& [key, value] : config.options) {
        if (key == "durability") {
            if (value != "normal" && value != "full") {
                refuse(key, value, "normal or full");
            }
            options.full_durability = value == "full";
        } else if (key == "busy_timeout") {
            options.busy_timeout = read_duration(key, value);
        } else if (key == "cache_size") {
            options.cache_size = read_cache_size(key, value);
        } else if (key == "lock_file") {
            if (value.empty()) {
                refuse(key, value, "a path or none");
            }
            options.lock_file = value;
        } else if (key == "network_filesystem") {
            if (value != "refuse" && value != "allow") {
                refuse(key, value, "refuse or allow");
            }
            options.network_file_system = value == "allow";
        } else {
            refuse_key(key);
        }
    }
    return options;
}

}  // namespace enginebay::sqlite
