// SPDX-License-Identifier: BSL-1.0
#include "print.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <vector>

namespace enginebay::bench {
namespace {

std::string target_in_words(const Row& row) {
    if (row.target.ratio != 0) {
        return fmt::format("ratio <= {:.2f}", row.target.ratio);
    }
    if (row.target.absolute != 0) {
        return fmt::format("<= {:g} {}", row.target.absolute, row.target.unit);
    }
    return "-";
}

/// Three digits, as far as they go.
std::string short_number(double value) {
    return value >= 100  ? fmt::format("{:.0f}", value)
           : value >= 10 ? fmt::format("{:.1f}", value)
                         : fmt::format("{:.2f}", value);
}

std::vector<std::pair<std::string, std::string>> sides_of(const std::vector<Row>& rows) {
    std::vector<std::pair<std::string, std::string>> present;
    for (const auto& side : sides()) {
        if (std::ranges::any_of(rows,
                                [&](const Row& row) { return row.figures.contains(side.first); })) {
            present.push_back(side);
        }
    }
    return present;
}

std::string cell(const Row& row, const std::string& side) {
    if (!row.figures.contains(side)) {
        return "";
    }
    const double median = row.median(side);
    const double raw = row.median("raw");
    return side == "raw" || raw == 0
               ? fmt::format("{} {}", short_number(median), row.target.unit)
               : fmt::format("{} ({})", short_number(median), short_number(median / raw));
}

std::vector<std::string> backends_of(const Report& report) {
    std::set<std::string> all;
    for (const Row& row : report.rows) {
        all.insert(row.backend);
    }
    return {all.rbegin(), all.rend()};
}

std::vector<Row> rows_of(const Report& report, const std::string& backend) {
    std::vector<Row> rows;
    std::ranges::copy_if(report.rows, std::back_inserter(rows),
                         [&](const Row& row) { return row.backend == backend; });
    return rows;
}

}  // namespace

void print_table(std::ostream& out, const Report& report) {
    const auto present = sides_of(report.rows);
    fmt::print(out, "{:<42}{:<11}", "", "");
    for (const auto& [side, name] : present) {
        fmt::print(out, "{:>16}", name);
    }
    fmt::print(out, "  spread  target\n");
    for (const Row& row : report.rows) {
        fmt::print(out, "{:<42}{:<11}", row.name, row.backend);
        for (const auto& [side, name] : present) {
            fmt::print(out, "{:>16}", cell(row, side));
        }
        fmt::print(out, "  {:>5.0f}%  {}{}\n", row.figures.at("ours").spread * 100,
                   target_in_words(row), row.met() ? "" : "  MISSED");
    }
}

void print_markdown(std::ostream& out, const Report& report) {
    for (const std::string& backend : backends_of(report)) {
        const std::vector<Row> rows = rows_of(report, backend);
        const auto present = sides_of(rows);
        fmt::print(out, "### On {}\n\n|", backend);
        std::string rule = "|---|";
        for (const auto& [side, name] : present) {
            fmt::print(out, " | {}", name);
            rule += "---:|";
        }
        fmt::print(out, " | spread | target |\n{}---:|---|\n", rule);
        for (const Row& row : rows) {
            fmt::print(out, "| {}", row.name);
            for (const auto& [side, name] : present) {
                const std::string_view mark = side == "ours" ? "**" : "";
                fmt::print(out, " | {}{}{}", mark, cell(row, side), mark);
            }
            fmt::print(out, " | {:.0f} % | {}{} |\n", row.figures.at("ours").spread * 100,
                       target_in_words(row), row.met() ? "" : ", **missed**");
        }
        fmt::print(out, "\n");
    }
    fmt::print(out, "Measured on:\n\n");
    for (const auto& [name, value] : report.facts) {
        fmt::print(out, "* {}: {}\n", name, value);
    }
}

bool print_comparison(std::ostream& out, const Report& earlier, const Report& now) {
    struct Change {
        const Row* before;
        const Row* after;
        double ratio;
        bool worse;
    };
    std::vector<Change> changes;
    for (const Row& after : now.rows) {
        const auto before = std::ranges::find_if(earlier.rows, [&](const Row& row) {
            return row.name == after.name && row.backend == after.backend;
        });
        if (before == earlier.rows.end() || !before->figures.contains("raw") ||
            !after.figures.contains("raw")) {
            continue;  // times of two runs are not comparable, ratios are
        }
        const double change = after.ratio() / before->ratio();
        const double scatter =
            std::max({0.10, before->figures.at("ours").spread, after.figures.at("ours").spread,
                      before->figures.at("raw").spread, after.figures.at("raw").spread});
        changes.push_back({&*before, &after, change, change > 1 + scatter});
    }
    std::ranges::sort(changes, std::ranges::greater{}, &Change::ratio);
    fmt::print(out, "\n{:<42}{:<11}{:>9}{:>9}{:>9}\n", "ratio to the raw C API", "", "before",
               "now", "change");
    for (const Change& change : changes) {
        fmt::print(out, "{:<42}{:<11}{:>9.2f}{:>9.2f}{:>9.2f}{}\n", change.after->name,
                   change.after->backend, change.before->ratio(), change.after->ratio(),
                   change.ratio, change.worse ? "  WORSE" : "");
    }
    return std::ranges::none_of(changes, &Change::worse);
}

}  // namespace enginebay::bench
