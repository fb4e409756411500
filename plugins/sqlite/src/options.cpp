// SPDX-License-Identifier: BSL-1.0
// Reads the option keys; everything that is not understood is refused by name.
#include "options.hpp"

#include <enginebay/options.hpp>

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>
#include <string_view>

namespace enginebay::sqlite {
namespace {

constexpr std::array<std::string_view, 5> known_keys{"busy_timeout", "cache_size", "durability",
                                                     "lock_file", "network_filesystem"};

[[noreturn]] void refuse(const DatabaseConfig& config, std::string_view key,
                         std::string_view wanted) {
    throw refused_value(config, fmt::format("options.{}", key),
                        fmt::format("'{}' is not understood; give {}",
                                    config.options.at(std::string{key}), wanted));
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

std::chrono::milliseconds read_duration(const DatabaseConfig& config, std::string_view key,
                                        std::string_view value) {
    std::string_view unit = value;
    const auto number = take_number(unit);
    const std::int64_t factor = unit == "s" ? 1'000 : unit == "m" ? 60'000 : 1;
    const bool known = unit.empty() || unit == "ms" || unit == "s" || unit == "m";
    // SQLite keeps the timeout in an int of milliseconds.
    if (!number || !known || *number < 0 ||
        *number > std::numeric_limits<std::int32_t>::max() / factor) {
        refuse(config, key, "a time such as 5s, 500ms or 5000 (milliseconds)");
    }
    return std::chrono::milliseconds{*number * factor};
}

std::int64_t read_cache_size(const DatabaseConfig& config, std::string_view key,
                             std::string_view value) {
    std::string_view unit = value;
    const auto number = take_number(unit);
    constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
    if (number && unit.empty() && *number >= -most && *number <= most) {
        return *number;
    }
    const std::int64_t kibibytes = unit == "KiB" ? 1 : unit == "MiB" ? 1024 : 0;
    if (!number || kibibytes == 0 || *number <= 0 || *number > most / kibibytes) {
        refuse(config, key, "a size such as 64MiB, a number of pages, or minus a number of KiB");
    }
    return -*number * kibibytes;  // SQLite's way to say KiB
}

}  // namespace

Options read_options(const DatabaseConfig& config) {
    Options options;
    for (const auto& [key, value] : config.options) {
        if (key == "durability") {
            if (value != "normal" && value != "full") {
                refuse(config, key, "normal or full");
            }
            options.full_durability = value == "full";
        } else if (key == "busy_timeout") {
            options.busy_timeout = read_duration(config, key, value);
        } else if (key == "cache_size") {
            options.cache_size = read_cache_size(config, key, value);
        } else if (key == "lock_file") {
            if (value.empty()) {
                refuse(config, key, "a path or none");
            }
            options.lock_file = value;
        } else if (key == "network_filesystem") {
            if (value != "refuse" && value != "allow") {
                refuse(config, key, "refuse or allow");
            }
            options.network_file_system = value == "allow";
        } else {
            throw unknown_option(config, key, known_keys);
        }
    }
    return options;
}

}  // namespace enginebay::sqlite
