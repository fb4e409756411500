// SPDX-License-Identifier: BSL-1.0
// The longest common subsequence of lines, by the textbook table (Wagner and Fischer 1974).
#include "migration/line_diff.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace enginebay::migration {
namespace {

using Lines = std::vector<std::string_view>;

constexpr std::size_t around = 2;
constexpr std::size_t largest_table = 4'000'000;

struct Line {
    char mark;
    std::string_view text;
};

Lines lines_of(std::string_view text) {
    Lines lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// What lies between the lines that are alike at both ends.
void add_middle(const Lines& before, const Lines& after, std::vector<Line>& out) {
    const std::size_t rows = before.size();
    const std::size_t columns = after.size();
    // common[i][j]: lines that before[i...] and after[j...] have in common
    std::vector<std::uint32_t> common;
    const auto at = [&](std::size_t i, std::size_t j) -> std::uint32_t& {
        return common[i * (columns + 1) + j];
    };
    const bool small = (rows + 1) * (columns + 1) <= largest_table;
    if (small) {
        common.assign((rows + 1) * (columns + 1), 0);
        for (std::size_t i = rows; i-- > 0;) {
            for (std::size_t j = columns; j-- > 0;) {
                at(i, j) = before[i] == after[j] ? at(i + 1, j + 1) + 1
                                                 : std::max(at(i + 1, j), at(i, j + 1));
            }
        }
    }
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < rows || j < columns) {
        if (small && i < rows && j < columns && before[i] == after[j]) {
            out.push_back({' ', before[i++]});
            ++j;
        } else if (i < rows && (j == columns || !small || at(i + 1, j) >= at(i, j + 1))) {
            out.push_back({'-', before[i++]});
        } else {
            out.push_back({'+', after[j++]});
        }
    }
}

std::string written(const std::vector<Line>& lines) {
    std::string text;
    bool left_out = false;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto first = lines.begin() + static_cast<std::ptrdiff_t>(i - std::min(i, around));
        const auto last =
            lines.begin() + static_cast<std::ptrdiff_t>(std::min(i + around + 1, lines.size()));
        if (std::any_of(first, last, [](const Line& line) { return line.mark != ' '; })) {
            text.append(1, lines[i].mark).append(" ").append(lines[i].text).append("\n");
            left_out = false;
        } else if (!left_out) {
            text += "  ...\n";
            left_out = true;
        }
    }
    return text;
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after) {
    if (before == after) {
        return {};
    }
    Lines old = lines_of(before);
    Lines now = lines_of(after);
    std::vector<Line> out;
    const auto [end, same] = std::ranges::mismatch(old, now);
    for (auto line = old.begin(); line != end; ++line) {
        out.push_back({' ', *line});
    }
    old.erase(old.begin(), end);
    now.erase(now.begin(), same);
    Lines tail;
    while (!old.empty() && !now.empty() && old.back() == now.back()) {
        tail.push_back(old.back());
        old.pop_back();
        now.pop_back();
    }
    add_middle(old, now, out);
    std::for_each(tail.rbegin(), tail.rend(),
                  [&](std::string_view line) { out.push_back({' ', line}); });
    return written(out);
}

}  // namespace enginebay::migration
