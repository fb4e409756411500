// SPDX-License-Identifier: BSL-1.0
// What every upsert checks before it makes SQL.
#pragma once

#include <span>
#include <string_view>

namespace enginebay {

/// Throws Errc::usage for a key that is no column of the rows.
void require_key_columns(std::string_view table, std::span<const std::string_view> key,
                         std::span<const std::string_view> columns);

}  // namespace enginebay
