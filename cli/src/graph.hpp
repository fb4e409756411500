// SPDX-License-Identifier: BSL-1.0
// Draws how revisions follow each other, with lines.
// Threads: pure.
#pragma once

#include <string>
#include <vector>

namespace enginebay::cli {

struct GraphNode {
    std::string id;
    std::vector<std::string> parents;
    std::string label;  ///< what stands beside it
};

/// The lines of the drawing. `nodes` are parents first, as in a set; the newest is drawn on top.
std::vector<std::string> draw_graph(const std::vector<GraphNode>& nodes);

}  // namespace enginebay::cli
