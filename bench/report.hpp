// SPDX-License-Identifier: BSL-1.0
// Report: the median of each side in each row, its spread, the ratio to the raw C API, the target.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace enginebay::bench {

/// What one row of the report must reach.
struct Target {
    std::string unit;    ///< "us", "ms" or "MB"
    double ratio{0};     ///< ours / raw at most; 0: no such target
    double absolute{0};  ///< ours at most, in `unit`; 0: no such target
};

/// One side of a row.
struct Figure {
    double median{0};
    double spread{0};  ///< the middle half of the rounds lies within this part of the median
};

struct Row {
    std::string name;
    std::string backend;
    Target target;
    std::map<std::string, Figure> figures;  ///< by side: "raw", "ours", peers

    [[nodiscard]] double median(const std::string& side) const;
    [[nodiscard]] double ratio() const { return median("ours") / median("raw"); }
    [[nodiscard]] bool met() const;
};

/// What was measured on what: a name and a value.
using Fact = std::pair<std::string, std::string>;

struct Report {
    std::vector<Fact> facts;
    std::vector<Row> rows;
};

/// The sides in the order of the report, and how they are called in it.
const std::vector<std::pair<std::string, std::string>>& sides();

/// Collects "<row>/<backend>/<side>" runs; each run is one round.
class Collector final : public benchmark::BenchmarkReporter {
public:
    /// By "<row>" or "<row>/<backend>", where the latter counts before the former; rows are
    /// reported in this order.
    using Targets = std::vector<std::pair<std::string, Target>>;
    explicit Collector(Targets targets) : targets_{std::move(targets)} {}
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;
    /// A figure measured otherwise, in the target's unit.
    void add(const std::string& name, const std::string& backend, const std::string& side,
             double figure);

    [[nodiscard]] std::vector<Row> rows() const;
    [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

private:
    [[nodiscard]] const Target& target_of(const std::string& name,
                                          const std::string& backend) const;

    using Samples = std::map<std::string, std::vector<double>>;  // by side
    Targets targets_;
    std::map<std::pair<std::string, std::string>, Samples> samples_;
    std::vector<std::string> failures_;
};

}  // namespace enginebay::bench
