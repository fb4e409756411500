// SPDX-License-Identifier: BSL-1.0
// enginebay stamp: says in the history where the database is, and runs nothing.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

int run(Program& program, StampOptions options) {
    options.by = fmt::format("enginebay {} stamp", ENGINEBAY_VERSION);
    const StampReport report = program.migrations().stamp(options);
    if (program.json()) {
        print_json(json_object({{"added", json_list(report.added)},
                                {"removed", json_list(report.removed)},
                                {"rewritten", json_list(report.rewritten)},
                                {"current", json_list(report.current)}}));
        return 0;
    }
    for (const std::string& id : report.added) {
        std::cout << "stamped " << id << '\n';
    }
    for (const std::string& id : report.removed) {
        std::cout << "no longer applied " << id << '\n';
    }
    for (const std::string& id : report.rewritten) {
        std::cout << "accepted as it is now " << id << '\n';
    }
    std::cout << "the database is at " << joined(report.current) << '\n';
    return 0;
}

}  // namespace

void add_stamp(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("stamp", "Records that the database is at a revision; runs nothing");
    const auto options = std::make_shared<StampOptions>();
    of_revisions(command->add_option("revision", options->target, "The revision it is at, or base"))
        ->required();
    CLI::Option* why =
        command->add_option("--why", options->why, "The reason; the history keeps it")
            ->type_name("TEXT");
    command->add_flag("--force", options->force, "Even where structure or checksums say otherwise")
        ->needs(why);
    command->footer(
        "Refused (65) where the structure is not that revision's, with every difference, and where "
        "a file was edited\nafter it ran; --force --why accepts both. Name the revision that the "
        "database is at, not the one\nthat was edited: what follows it would count as not "
        "applied, and run again.\n\nExamples:\n"
        "  enginebay stamp head\n"
        "  enginebay stamp head --force --why \"only a comment in SQL changed\"");
    command->callback([&chosen, options] {
        chosen.action = [options](Program& program) { return run(program, *options); };
    });
}

}  // namespace enginebay::cli
