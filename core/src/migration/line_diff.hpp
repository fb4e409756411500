// SPDX-License-Identifier: BSL-1.0
// What is different between two texts, line by line.
// Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace enginebay::migration {

/// The lines of `before` that `after` lacks behind "- ", those that it has in addition behind "+ ",
/// each with two lines around them behind "  "; "  ..." stands for what is left out. Empty where
/// they are equal. Of very long texts only the lines that are alike at both ends are left out.
std::string line_diff(std::string_view before, std::string_view after);

}  // namespace enginebay::migration
