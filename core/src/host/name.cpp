// SPDX-License-Identifier: BSL-1.0
// The rule for a plugin's name.
#include "host/name.hpp"

#include <algorithm>

namespace enginebay::host {

bool is_plugin_name(std::string_view name) noexcept {
    constexpr std::size_t longest = 31;
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    const auto allowed = [lower](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '_'; };
    return !name.empty() && name.size() <= longest && lower(name.front()) &&
           std::all_of(name.begin(), name.end(), allowed);
}

}  // namespace enginebay::host
