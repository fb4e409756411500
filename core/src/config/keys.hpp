// SPDX-License-Identifier: BSL-1.0
// The keys a configuration may hold, and the one that was meant by one it may not.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace enginebay::config {

enum class KeyKind : std::uint8_t {
    text,     ///< one value
    secret,   ///< one value that is never shown
    path,     ///< one file or folder; a relative one is taken from WORKING_DIR
    folders,  ///< a list of folders
    options,  ///< a mapping of names to values, which somebody else checks
};

struct Key {
    std::string_view name;  ///< with dots, e.g. "database.pool.size"
    KeyKind kind;
};

[[nodiscard]] std::span<const Key> known_keys() noexcept;

/// The key of that name, an option's too; nullptr where there is none.
[[nodiscard]] const Key* find_key(std::string_view name) noexcept;

/// Whether some known key lies below `name`, e.g. "database.pool".
[[nodiscard]] bool is_section(std::string_view name) noexcept;

/// Whether the value of `name` is to be shown as "***".
[[nodiscard]] bool is_secret(std::string_view name) noexcept;

/// What to say after "unknown key": " (did you mean 'port'?)", or the keys that may stand there.
[[nodiscard]] std::string suggestion(std::string_view section, std::string_view child);

}  // namespace enginebay::config
