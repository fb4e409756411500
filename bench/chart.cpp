// SPDX-License-Identifier: BSL-1.0
#include "print.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>
#include <vector>

namespace enginebay::bench {
namespace {

constexpr double label_width = 290;
constexpr double plot_width = 320;
constexpr double panel_width = label_width + plot_width + 60;
constexpr double bar_height = 9;
constexpr double group_gap = 9;
constexpr double top = 84;
constexpr double least = 0.1;  // both ends of the scale, which is logarithmic
constexpr double most = 100;

std::string_view color_of(std::string_view side) {
    if (side == "ours") {
        return "#1769aa";
    }
    if (side == "poco") {
        return "#e08a1e";
    }
    if (side == "soci") {
        return "#7a9a01";
    }
    return side == "libpqxx" ? "#8e5ea2" : "#b03a2e";
}

double position(double ratio) {
    const double part =
        std::log10(std::clamp(ratio, least, most) / least) / std::log10(most / least);
    return label_width + part * plot_width;
}

/// Rows whose sides can be compared with the raw C API, as ratios.
std::vector<const Row*> drawable(const Report& report, const std::string& backend) {
    std::vector<const Row*> rows;
    for (const Row& row : report.rows) {
        if (row.backend == backend && row.median("raw") > 0 && row.target.unit != "MB") {
            rows.push_back(&row);
        }
    }
    return rows;
}

double height_of(const Row& row) {
    return static_cast<double>(row.figures.size() - 1) * bar_height + group_gap;
}

void draw_scale(std::ostream& out, double bottom) {
    for (const double ratio : {0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0}) {
        const double x = position(ratio);
        fmt::print(out,
                   "<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.0f}\" y2=\"{2:.0f}\" "
                   "stroke=\"{3}\"/>\n<text x=\"{0:.1f}\" y=\"{4:.0f}\" "
                   "text-anchor=\"middle\" class=\"small\">{5:g}</text>\n",
                   x, top - 6, bottom, ratio == 1.0 ? "#333" : "#ddd", top - 10, ratio);
    }
}

double draw_row(std::ostream& out, const Row& row, double y) {
    const double start = y;
    for (const auto& [side, name] : sides()) {
        if (side == "raw" || !row.figures.contains(side)) {
            continue;
        }
        const double ratio = row.median(side) / row.median("raw");
        // From the line of the raw C API: to the left is faster than it.
        const double from = std::min(position(1), position(ratio));
        const double to = std::max(position(1), position(ratio));
        fmt::print(out,
                   "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.0f}\" "
                   "fill=\"{}\"><title>{}: {:.2f}</title></rect>\n<text x=\"{:.1f}\" y=\"{:.1f}\" "
                   "class=\"small\">{:.2f}</text>\n",
                   from, y, std::max(to - from, 1.0), bar_height - 1, color_of(side), name, ratio,
                   to + 3, y + bar_height - 2, ratio);
        y += bar_height;
    }
    fmt::print(out, "<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{}</text>\n",
               label_width - 8, (start + y) / 2 + 4, row.name);
    return y + group_gap;
}

void draw_legend(std::ostream& out) {
    double x = 12;
    for (const auto& [side, name] : sides()) {
        if (side == "raw") {
            continue;
        }
        fmt::print(out,
                   "<rect x=\"{:.0f}\" y=\"30\" width=\"11\" height=\"11\" fill=\"{}\"/>\n"
                   "<text x=\"{:.0f}\" y=\"40\">{}</text>\n",
                   x, color_of(side), x + 16, name);
        x += 46 + 7 * static_cast<double>(name.size());
    }
}

}  // namespace

void print_chart(std::ostream& out, const Report& report) {
    std::set<std::string, std::greater<>> backends;
    double height = 0;
    for (const Row& row : report.rows) {
        if (backends.insert(row.backend).second) {
            double own = 0;
            for (const Row* drawn : drawable(report, row.backend)) {
                own += height_of(*drawn);
            }
            height = std::max(height, own);
        }
    }
    fmt::print(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
               "viewBox=\"0 0 {0:.0f} {1:.0f}\">\n<style>text{{font:12px sans-serif;fill:#222}} "
               ".small{{font-size:8px}} .title{{font-weight:bold}}</style>\n"
               "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
               "<text x=\"12\" y=\"20\" class=\"title\">Time as a ratio to the backend's own C API "
               "(1; less is faster)</text>\n",
               panel_width * static_cast<double>(backends.size()), top + height + 10);
    draw_legend(out);
    double left = 0;
    for (const std::string& backend : backends) {
        fmt::print(out,
                   "<g transform=\"translate({:.0f},0)\">\n<text x=\"{:.0f}\" y=\"62\" "
                   "class=\"title\">{}</text>\n",
                   left, label_width, backend);
        draw_scale(out, top + height);
        double y = top;
        for (const Row* row : drawable(report, backend)) {
            y = draw_row(out, *row, y);
        }
        fmt::print(out, "</g>\n");
        left += panel_width;
    }
    fmt::print(out, "</svg>\n");
}

}  // namespace enginebay::bench
