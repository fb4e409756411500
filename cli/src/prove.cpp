// SPDX-License-Identifier: BSL-1.0
// enginebay prove: whether every revision can be interrupted anywhere.
#include "commands.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "program.hpp"
#include "proof.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::cli {
namespace {

struct Arguments {
    std::int64_t rows{20};
};

constexpr std::string_view all_of_them = "(all, on an empty database)";

std::string name_of(const ProvenRevision& one) {
    return one.revision.empty() ? std::string{all_of_them} : one.revision;
}

Poco::JSON::Object as_json(const ProvenRevision& one) {
    return json_object({{"revision", one.revision},
                        {"boundaries", static_cast<Poco::Int64>(one.boundaries)},
                        {"before", static_cast<Poco::Int64>(one.before)},
                        {"after", static_cast<Poco::Int64>(one.after)},
                        {"between", static_cast<Poco::Int64>(one.between)},
                        {"rows", static_cast<Poco::Int64>(one.rows)},
                        {"ok", one.faults.empty()},
                        {"faults", json_list(one.faults)}});
}

/// What has been proven so far.
struct Findings {
    Poco::JSON::Array revisions;
    Poco::Dynamic::Var all;
    std::vector<std::vector<std::string>> table;
    std::vector<std::string> faults;
    std::size_t boundaries{0};

    void add(const ProvenRevision& one) {
        if (one.revision.empty()) {
            all = as_json(one);
        } else {
            revisions.add(as_json(one));
        }
        table.push_back({name_of(one), fmt::format("{}", one.boundaries),
                         fmt::format("{}", one.before), fmt::format("{}", one.after),
                         fmt::format("{}", one.between), fmt::format("{}", one.rows),
                         one.faults.empty() ? "ok" : "FAILED"});
        boundaries += one.boundaries;
        for (const std::string& fault : one.faults) {
            faults.push_back(name_of(one) + ": " + fault);
        }
    }
};

int prove(Program& program, const Arguments& arguments) {
    const Interrupts interrupts;
    Findings found;
    Proof proof{program, arguments.rows};
    const std::size_t count = program.migration_set().revisions().size();
    proof.run([&](const ProvenRevision& one) {
        found.add(one);
        std::cerr << fmt::format("{}/{} {}: killed {} times, {}", found.revisions.size(), count,
                                 name_of(one), one.boundaries, one.faults.empty() ? "ok" : "FAILED")
                  << std::endl;
    });
    const bool ok = found.faults.empty();
    if (program.json()) {
        print_json(json_object({{"backend", program.settings().database.engine},
                                {"ok", ok},
                                {"boundaries", static_cast<Poco::Int64>(found.boundaries)},
                                {"revisions", found.revisions},
                                {"all", found.all}}));
        return ok ? 0 : 1;
    }
    print_table({"REVISION", "KILLED", "OLD", "NEW", "BETWEEN", "ROWS", "RESULT"}, found.table);
    for (const std::string& fault : found.faults) {
        std::cout << fault << '\n';
    }
    std::cout << fmt::format("{}: {} revisions, killed {} times\n", ok ? "proven" : "not proven",
                             found.revisions.size(), found.boundaries);
    return ok ? 0 : 1;
}

}  // namespace

void add_prove(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("prove", "Interrupts every revision everywhere and looks at the result");
    const auto arguments = std::make_shared<Arguments>();
    command->add_option("--rows", arguments->rows, "Rows made up for each table that has fewer")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}))
        ->capture_default_str();
    command->footer(
        "Works on scratch databases beside the configured one, which is not touched: a file in a "
        "temporary\n"
        "folder, or a database on the same server. For each revision a child process is killed by "
        "SIGKILL at every\n"
        "statement and commit; then the structure is the old or the new one, every row is there, "
        "and a second run\n"
        "ends where an uninterrupted one does. In the end the same with all revisions on an empty "
        "database. Exit\n"
        "status 1 where that is not so.\n\nExamples:\n"
        "  enginebay prove\n"
        "  enginebay prove --rows 1000 --json");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return prove(program, *arguments); };
    });
}

}  // namespace enginebay::cli
