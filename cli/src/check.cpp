// SPDX-License-Identifier: BSL-1.0
// enginebay check: does the database have the declared structure?
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <fmt/format.h>

#include <iostream>

namespace enginebay::cli {
namespace {

void print(const CheckReport& report) {
    if (report.equal) {
        std::cout << "The database has the declared structure.\n";
        return;
    }
    for (const Difference& difference : report.differences) {
        const std::string what =
            difference.name.empty() || difference.name == difference.table
                ? fmt::format("{} {}", difference.kind, difference.table)
                : fmt::format("{} {}.{}", difference.kind, difference.table, difference.name);
        std::cout << what << "\n  declared  "
                  << (difference.declared.empty() ? "absent" : difference.declared)
                  << "\n  live      " << (difference.live.empty() ? "absent" : difference.live)
                  << '\n';
    }
    std::cout << fmt::format("The database differs from the declared structure in {} {}.\n",
                             report.differences.size(),
                             report.differences.size() == 1 ? "place" : "places");
}

Poco::JSON::Object to_json(const Difference& difference) {
    return json_object({{"kind", difference.kind},
                        {"table", difference.table},
                        {"name", difference.name},
                        {"declared", difference.declared},
                        {"live", difference.live}});
}

/// Differences may be no more than what has not run yet.
void print_pending(Program& program) {
    try {
        const MigrationStatus status = program.migrations().status();
        if (status.state == MigrationStatus::State::versioned && !status.pending.empty()) {
            std::cout << fmt::format("Revisions are pending: {}; run `enginebay upgrade` first.\n",
                                     joined(status.pending));
        }
    } catch (const Error&) {
        return;  // the answer has been given; what the history is wrong in, `status` tells
    }
}

int run(Program& program) {
    const CheckReport report = program.migrations().check();
    if (program.json()) {
        print_json(json_object(
            {{"equal", report.equal}, {"differences", json_list(report.differences, to_json)}}));
    } else {
        print(report);
        if (!report.equal) {
            print_pending(program);
        }
    }
    return report.equal ? 0 : 1;
}

}  // namespace

void add_check(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand(
        "check", "Compares the database with the declared schema; 1 where they differ");
    command->footer("Leaves no trace in the database.\n\nExample:\n  enginebay check --json");
    command->callback([&chosen] { chosen.action = run; });
}

}  // namespace enginebay::cli
