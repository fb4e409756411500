// SPDX-License-Identifier: BSL-1.0
// What is wrong with a YAML text that the library does not notice.
#pragma once

#include "yaml/tree.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enginebay::yaml {

/// Refuses text that is not UTF-8, holds NUL, or is larger than a file written by hand can be.
void check_text(const Tree& tree, std::string_view text);

/// Finds quotes that are opened and never closed. To be asked in the order of the text.
class QuoteCheck {
public:
    explicit QuoteCheck(std::string_view text) : text_{text} {}
    /// Whether a quoted scalar begins at that place (from 1, columns in characters) and never ends.
    bool unclosed(std::uint32_t line, std::uint32_t column);

private:
    void advance_to(std::uint32_t line, std::uint32_t column);

    std::string_view text_;
    std::size_t at_{0};
    std::uint32_t line_{1};
    std::uint32_t column_{1};
};

}  // namespace enginebay::yaml
