// SPDX-License-Identifier: BSL-1.0
// Where a text stops being UTF-8.
#pragma once

#include <cstddef>
#include <string_view>

namespace enginebay::config {

/// The offset of the first byte that is no UTF-8; npos where all of it is.
[[nodiscard]] std::size_t first_invalid_utf8(std::string_view text);

}  // namespace enginebay::config
