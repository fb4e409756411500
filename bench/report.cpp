// SPDX-License-Identifier: BSL-1.0
#include "report.hpp"

#include <fmt/format.h>
#include <fmt/ostream.h>

#include <algorithm>

namespace enginebay::bench {
namespace {

double median(std::vector<double> values) {
    if (values.empty()) {
        return 0;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double nanoseconds_in(const std::string& unit) { return unit == "ms" ? 1e6 : 1e3; }

std::string target_in_words(const Row& row) {
    if (row.target.ratio != 0) {
        return fmt::format("ratio <= {:.2f}", row.target.ratio);
    }
    return fmt::format("<= {:g} {}", row.target.absolute, row.target.unit);
}

}  // namespace

bool Row::met() const {
    return (target.ratio == 0 || ratio() <= target.ratio) &&
           (target.absolute == 0 || ours <= target.absolute);
}

bool Collector::ReportContext(const Context& /*context*/) { return true; }

void Collector::ReportRuns(const std::vector<Run>& runs) {
    for (const Run& run : runs) {
        const std::string full = run.run_name.function_name;
        if (run.error_occurred) {
            failures_.push_back(full + ": " + run.error_message);
            continue;
        }
        if (run.run_type != Run::RT_Iteration) {
            continue;
        }
        const std::size_t first = full.find('/');
        const std::size_t second = full.find('/', first + 1);
        const std::string name = full.substr(0, first);
        const double per_call =
            run.real_accumulated_time * 1e9 / static_cast<double>(run.iterations);
        const std::string backend = full.substr(first + 1, second - first - 1);
        add(name, backend, full.substr(second + 1) == "ours",
            per_call / nanoseconds_in(target_of(name, backend).unit));
    }
}

void Collector::add(const std::string& name, const std::string& backend, bool ours, double figure) {
    const auto key = std::pair{name, backend};
    if (!samples_.contains(key)) {
        order_.push_back(key);
    }
    Samples& samples = samples_[key];
    (ours ? samples.ours : samples.raw).push_back(figure);
}

const Target& Collector::target_of(const std::string& name, const std::string& backend) const {
    const auto own = targets_.find(name + "/" + backend);
    return own != targets_.end() ? own->second : targets_.at(name);
}

std::vector<Row> Collector::rows() const {
    std::vector<Row> rows;
    for (const auto& key : order_) {
        const Samples& samples = samples_.at(key);
        rows.push_back({key.first, key.second, target_of(key.first, key.second),
                        median(samples.raw), median(samples.ours)});
    }
    std::ranges::sort(rows, {}, [](const Row& row) { return std::pair{row.name, row.backend}; });
    return rows;
}

void print_table(std::ostream& out, const std::vector<Row>& rows) {
    fmt::print(out, "{:<24} {:<12} {:>10} {:>10} {:>7}  {}\n", "", "", "raw", "ours", "ratio",
               "target");
    for (const Row& row : rows) {
        fmt::print(out, "{:<24} {:<12} {:>7.2f} {} {:>7.2f} {} {:>7.2f}  {}{}\n", row.name,
                   row.backend, row.raw, row.target.unit, row.ours, row.target.unit, row.ratio(),
                   target_in_words(row), row.met() ? "" : "  MISSED");
    }
}

void print_json(std::ostream& out, const std::vector<Row>& rows) {
    fmt::print(out, "{{\"rows\":[");
    const char* separator = "";
    for (const Row& row : rows) {
        fmt::print(out,
                   "{}\n{{\"name\":\"{}\",\"backend\":\"{}\",\"unit\":\"{}\",\"raw\":{:.4f},"
                   "\"ours\":{:.4f},\"ratio\":{:.4f},\"target\":{:g},\"target_is\":\"{}\"}}",
                   separator, row.name, row.backend, row.target.unit, row.raw, row.ours,
                   row.ratio(), row.target.ratio != 0 ? row.target.ratio : row.target.absolute,
                   row.target.ratio != 0 ? "ratio" : row.target.unit);
        separator = ",";
    }
    fmt::print(out, "\n]}}\n");
}

}  // namespace enginebay::bench
