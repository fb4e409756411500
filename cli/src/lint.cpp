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

void print_as_json(const std::string& backend, const std::vector<LintFinding>& findings) {
    Poco::JSON::Array list;
    for (const LintFinding& finding : findings) {
        Poco::JSON::Object entry = json_object();
        entry.set("rule", finding.rule);
        entry.set("revision", finding.revision);
        entry.set("place", finding.place);
        entry.set("what", finding.what);
        entry.set("remedy", finding.remedy);
        list.add(entry);
    }
    Poco::JSON::Object object = json_object();
    object.set("backend", backend);
    object.set("findings", list);
    print_json(object);
}

int run(Program& program, const Arguments& arguments) {
    const std::string backend =
        arguments.backend.empty() ? program.settings().database.engine : arguments.backend;
    const std::unique_ptr<Engine> engine = program.offline_engine(backend);
    const std::vector<LintFinding> findings =
        lint(program.migration_set(), *engine->migrator(), engine->capabilities(), backend,
             arguments.revisions);
    if (program.json()) {
        print_as_json(backend, findings);
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
    command->add_option("revisions", arguments->revisions, "Only these; all where none is named")
        ->type_name("REV");
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
