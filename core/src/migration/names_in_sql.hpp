// SPDX-License-Identifier: BSL-1.0
// Names inside written expressions: conditions of checks and indexes.
// Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace enginebay::migration {

/// Whether `name` stands in the expression as a column, quoted or not; not in texts and comments,
/// and not as a function.
bool mentions(std::string_view sql, std::string_view name);

/// The expression with every such mention replaced.
std::string renamed(std::string_view sql, std::string_view from, std::string_view to);

}  // namespace enginebay::migration
