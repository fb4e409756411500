// SPDX-License-Identifier: BSL-1.0
// Report: medians of both sides, their ratio, and the target, as a table and as JSON.
#pragma once

#include <benchmark/benchmark.h>

#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace enginebay::bench {

/// What one row of the report must reach.
struct Target {
    std::string unit;    ///< "us" or "ms"
    double ratio{0};     ///< ours / raw at most; 0: no such target
    double absolute{0};  ///< ours at most, in `unit`; 0: no such target
};

struct Row {
    std::string name;
    std::string backend;
    Target target;
    double raw{0};
    double ours{0};
    [[nodiscard]] double ratio() const { return ours / raw; }
    [[nodiscard]] bool met() const;
};

/// Collects "<row>/<backend>/<raw|ours>" runs; each run is one round.
class Collector final : public benchmark::BenchmarkReporter {
public:
    explicit Collector(std::map<std::string, Target> targets) : targets_{std::move(targets)} {}
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;
    /// A figure measured otherwise, in the target's unit.
    void add(const std::string& name, const std::string& backend, bool ours, double figure);

    [[nodiscard]] std::vector<Row> rows() const;
    [[nodiscard]] const std::vector<std::string>& failures() const { return failures_; }

private:
    /// By "<row>/<backend>", else by "<row>".
    [[nodiscard]] const Target& target_of(const std::string& name,
                                          const std::string& backend) const;

    struct Samples {
        std::vector<double> raw;
        std::vector<double> ours;
    };
    std::map<std::string, Target> targets_;
    std::vector<std::pair<std::string, std::string>> order_;
    std::map<std::pair<std::string, std::string>, Samples> samples_;
    std::vector<std::string> failures_;
};

void print_table(std::ostream& out, const std::vector<Row>& rows);
void print_json(std::ostream& out, const std::vector<Row>& rows);

}  // namespace enginebay::bench
