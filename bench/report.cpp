// SPDX-License-Identifier: BSL-1.0
#include "report.hpp"

#include <algorithm>
#include <stdexcept>

namespace enginebay::bench {
namespace {

/// Of sorted values.
double quantile(const std::vector<double>& values, double part) {
    return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

Figure figure_of(std::vector<double> values) {
    std::ranges::sort(values);
    const double median = quantile(values, 0.5);
    const double middle_half = quantile(values, 0.75) - quantile(values, 0.25);
    return {median, median == 0 ? 0 : middle_half / median};
}

double nanoseconds_in(const std::string& unit) { return unit == "ms" ? 1e6 : 1e3; }

}  // namespace

const std::vector<std::pair<std::string, std::string>>& sides() {
    static const std::vector<std::pair<std::string, std::string>> all{
        {"raw", "C API"}, {"ours", "EngineBay"},  {"poco", "Poco Statement"},
        {"soci", "SOCI"}, {"libpqxx", "libpqxx"}, {"sqlalchemy", "SQLAlchemy Core"}};
    return all;
}

double Row::median(const std::string& side) const {
    const auto found = figures.find(side);
    return found == figures.end() ? 0 : found->second.median;
}

bool Row::met() const {
    return (target.ratio == 0 || ratio() <= target.ratio) &&
           (target.absolute == 0 || median("ours") <= target.absolute);
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
        add(name, backend, full.substr(second + 1),
            per_call / nanoseconds_in(target_of(name, backend).unit));
    }
}

void Collector::add(const std::string& name, const std::string& backend, const std::string& side,
                    double figure) {
    samples_[{name, backend}][side].push_back(figure);
}

const Target& Collector::target_of(const std::string& name, const std::string& backend) const {
    for (const std::string& key : {name + "/" + backend, name}) {
        const auto found = std::ranges::find(targets_, key, &Targets::value_type::first);
        if (found != targets_.end()) {
            return found->second;
        }
    }
    throw std::logic_error{"a row without a target: " + name};
}

std::vector<Row> Collector::rows() const {
    std::vector<Row> rows;
    for (const auto& [name, target] : targets_) {
        for (const auto& [key, samples] : samples_) {
            if (key.first != name) {
                continue;
            }
            Row row{name, key.second, target_of(name, key.second), {}};
            for (const auto& [side, values] : samples) {
                row.figures[side] = figure_of(values);
            }
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

}  // namespace enginebay::bench
