// SPDX-License-Identifier: BSL-1.0
// One column for each line of descent that is open; a row of strokes wherever columns change.
#include "graph.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <ranges>

namespace enginebay::cli {
namespace {

using Columns = std::vector<std::string>;  // the revision each column leads down to

std::size_t place_of(const Columns& columns, const std::string& id) {
    return static_cast<std::size_t>(std::find(columns.begin(), columns.end(), id) -
                                    columns.begin());
}

/// A row between two nodes; a cell is two characters wide.
class Strokes {
public:
    explicit Strokes(std::size_t columns) : text_(2 * columns + 1, ' ') {}

    void edge(std::size_t from, std::size_t to) {
        bent_ = bent_ || from != to;
        if (from == to) {
            put(2 * from, '|');
        } else if (from + 1 == to) {
            put(2 * from + 1, '\\');
        } else if (to + 1 == from) {
            put(2 * to + 1, '/');
        } else {
            const std::size_t left = std::min(from, to);
            const std::size_t right = std::max(from, to);
            for (std::size_t at = 2 * left + 1; at < 2 * right; ++at) {
                put(at, '-');
            }
            put(2 * right, from < to ? '.' : '\'');
        }
    }

    /// Nothing where every column only goes on.
    [[nodiscard]] std::string text() const {
        if (!bent_) {
            return {};
        }
        return text_.substr(0, text_.find_last_not_of(' ') + 1);
    }

private:
    void put(std::size_t at, char stroke) {
        char& cell = text_[at];
        const bool crossing = (cell == '|' && stroke == '-') || (cell == '-' && stroke == '|');
        cell = crossing ? '+' : (cell == ' ' || cell == stroke || cell == '-') ? stroke : cell;
    }

    std::string text_;
    bool bent_{false};
};

std::string node_row(const Columns& open, std::size_t column, const std::string& label) {
    std::string row;
    for (std::size_t i = 0; i < open.size(); ++i) {
        row += i == column ? "* " : "| ";
    }
    return row + label;
}

/// The columns below a node: its own leads to the first parent that no other leads to.
Columns below(const Columns& open, std::size_t column, const std::vector<std::string>& parents) {
    Columns fresh;
    for (const std::string& parent : parents) {
        if (place_of(open, parent) == open.size()) {
            fresh.push_back(parent);
        }
    }
    Columns next{open.begin(), open.begin() + static_cast<std::ptrdiff_t>(column)};
    next.insert(next.end(), fresh.begin(), fresh.end());
    next.insert(next.end(), open.begin() + static_cast<std::ptrdiff_t>(column) + 1, open.end());
    return next;
}

std::string strokes(const Columns& open, std::size_t column, const Columns& next,
                    const std::vector<std::string>& parents) {
    Strokes row{std::max(open.size(), next.size())};
    for (std::size_t i = 0; i < open.size(); ++i) {
        if (i != column) {
            row.edge(i, place_of(next, open[i]));
        }
    }
    for (const std::string& parent : parents) {
        row.edge(column, place_of(next, parent));
    }
    return row.text();
}

}  // namespace

std::vector<std::string> draw_graph(const std::vector<GraphNode>& nodes) {
    std::vector<std::string> lines;
    Columns open;
    for (const GraphNode& node : std::views::reverse(nodes)) {
        const std::size_t column = place_of(open, node.id);
        if (column == open.size()) {
            open.push_back(node.id);
        }
        lines.push_back(node_row(open, column, node.label));
        Columns next = below(open, column, node.parents);
        if (std::string row = strokes(open, column, next, node.parents); !row.empty()) {
            lines.push_back(std::move(row));
        }
        open = std::move(next);
    }
    return lines;
}

}  // namespace enginebay::cli
