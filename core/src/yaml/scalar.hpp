// SPDX-License-Identifier: BSL-1.0
// How a text is written so that it is read as the same text.
// Threads: pure.
#pragma once

#include <string>
#include <string_view>

namespace enginebay::yaml {

/// Plain where that is safe, else in single quotes, else in double quotes with escapes. `flow`:
/// inside [] or {}, where commas and brackets end a plain text.
std::string scalar(std::string_view text, bool flow);

/// Whether it has several lines that can stand as a literal block (`|`).
bool is_literal_block(std::string_view text);

}  // namespace enginebay::yaml
