// SPDX-License-Identifier: BSL-1.0
// enginebay lint: what hurts in revisions, before it does.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <enginebay/authoring.hpp>

#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

struct Arguments {
    std::string backend;
    std::vector<std::string> revisions;
};

void print(const std::vector<LintFinding>& findings) {
    for (const LintFinding& finding : findings) {
        std::cout << finding.place << ": " << finding.rule << ": " << finding.what
                  << "\n    safe: " << finding.remedy << "\n    or in the file: allow: {"
                  << finding.rule << ": why it is all right}\n";
    }
    if (findings.empty()) {
        std::cout << "nothing found\n";
    }
}

Poco::JSON::Object to_json(const LintFinding& finding) {
    return json_object({{"rule", finding.rule},
                        {"revision", finding.revision},
                        {"place", finding.place},
                        {"what", finding.what},
                        {"remedy", finding.remedy}});
}

int run(Program& program, const Arguments& arguments) {
    const std::string backend =
        arguments.backend.empty() ? program.settings().database.engine : arguments.backend;
    const std::unique_ptr<Engine> engine = program.offline_engine(backend);
    const std::vector<LintFinding> findings =
        lint(program.migration_set(), *engine->migrator(), engine->capabilities(), backend,
             arguments.revisions);
    if (program.json()) {
        print_json(json_object({{"backend", backend}, {"findings", json_list(findings, to_json)}}));
    } else {
        print(findings);
    }
    return findings.empty() ? 0 : 1;
}

}  // namespace

void add_lint(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("lint", "Looks for steps that lose rows, fail or make others wait");
    const auto arguments = std::make_shared<Arguments>();
    of_revisions(command->add_option("revisions", arguments->revisions,
                                     "Only these; all where none is named"));
    command->add_option("--backend", arguments->backend, "For this engine")->type_name("ENGINE");
    command->footer(
        "Connects to nothing. Exit status 1 where something was found. A revision may allow a rule "
        "and say why:\n  allow:\n    drop_column: unused since 2.3\n\nExamples:\n"
        "  enginebay lint\n"
        "  enginebay lint --json 0004_drop_old");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return run(program, *arguments); };
    });
}

}  // namespace enginebay::cli
