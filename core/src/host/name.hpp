// SPDX-License-Identifier: BSL-1.0
// The rule for a plugin's name: the first thing looked at, before any path is built from it.
#pragma once

#include <string_view>

namespace enginebay::host {

inline constexpr std::string_view name_rule =
    "a plugin's name is a lower-case letter and up to 30 lower-case letters, digits or underscores";

/// Whether it matches `[a-z][a-z0-9_]{0,30}`.
bool is_plugin_name(std::string_view name) noexcept;

}  // namespace enginebay::host
