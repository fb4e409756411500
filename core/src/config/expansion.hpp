// SPDX-License-Identifier: BSL-1.0
// ${NAME} in a configured text.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace enginebay::config {

using Variables = std::map<std::string, std::string>;

/// `text` with every ${NAME} replaced and `$$` made `$`; what a variable holds is not expanded
/// again. Throws std::invalid_argument that says what is wrong and, unless `secret`, quotes it.
[[nodiscard]] std::string expanded(std::string_view text, const Variables& variables, bool secret);

}  // namespace enginebay::config
