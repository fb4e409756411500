// SPDX-License-Identifier: BSL-1.0
// enginebay squash: one revision in the place of several.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <enginebay/authoring.hpp>

#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

struct Arguments {
    std::string message;
    std::string from;
    std::string to;
};

int run(Program& program, const Arguments& arguments) {
    const MigrationSet& set = program.migration_set();
    const Draft draft = squash_draft(set, arguments.message, arguments.from, arguments.to);
    const std::string file = save_squash(draft, set, program.settings().migrations);
    if (program.json()) {
        print_json(json_object({{"revision", draft.id},
                                {"file", file},
                                {"replaces", json_list(draft.replaces)},
                                {"operations", static_cast<Poco::UInt64>(draft.upgrade.size())}}));
        return 0;
    }
    std::cout << "wrote " << file << "\nmoved to legacy/: " << joined(draft.replaces) << '\n';
    return 0;
}

}  // namespace

void add_squash(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("squash", "Writes one revision that stands for several older ones");
    const auto arguments = std::make_shared<Arguments>();
    command->add_option("-m,--message", arguments->message, "One sentence for people")
        ->type_name("TEXT")
        ->required();
    of_revisions(command->add_option("--from", arguments->from,
                                     "The first of them; the first of all where absent"));
    of_revisions(
        command->add_option("to", arguments->to, "The last of them; the head where absent"));
    command->footer(
        "Needs no database. The old files move to legacy/, from where databases in their middle "
        "are still served;\nkeep them as long as there may be any.\n\nExamples:\n"
        "  enginebay squash -m \"All of last year\" 0042\n"
        "  enginebay squash -m \"Tags, as they came to be\" --from 0007 0011");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return run(program, *arguments); };
    });
}

}  // namespace enginebay::cli
