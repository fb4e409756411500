// SPDX-License-Identifier: BSL-1.0
// The values of a checked document as they lie in memory; Node is the way to read them.
#pragma once

#include "yaml/document.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace enginebay::yaml {

struct NodeData {
    NodeKind kind{NodeKind::null};
    bool quoted{false};
    std::uint32_t line{0};
    std::uint32_t column{0};
    std::string scalar;
    /// A sequence's items; a mapping's keys and values by turns.
    std::vector<NodeData> children;
};

struct Tree {
    std::string file;
    Errc errc{Errc::input};
    NodeData root;
};

std::string position(const std::string& file, std::uint32_t line, std::uint32_t column);
[[noreturn]] void fail_at(const Tree& tree, std::uint32_t line, std::uint32_t column,
                          const std::string& message);

/// Fills tree.root from the text; `tree` has its file and code already.
void read_tree(Tree& tree, std::string_view text);

}  // namespace enginebay::yaml
