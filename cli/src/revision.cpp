// SPDX-License-Identifier: BSL-1.0
// enginebay revision and merge: write the next revision's file.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <enginebay/authoring.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

struct Arguments {
    std::string message;
    bool autogenerate{false};
    std::vector<std::string> heads;
};

std::size_t decisions(const Draft& draft) {
    const auto open = [](const DraftStep& step) {
        return step.remark.find("DECIDE") != std::string::npos;
    };
    return static_cast<std::size_t>(std::ranges::count_if(draft.upgrade, open) +
                                    std::ranges::count_if(draft.downgrade, open));
}

int report(const Program& program, const Draft& draft, const std::string& file) {
    const std::size_t decide = decisions(draft);
    if (program.json()) {
        print_json(json_object({{"revision", file.empty() ? std::string{} : draft.id},
                                {"file", file},
                                {"parents", json_list(draft.parents)},
                                {"operations", static_cast<Poco::UInt64>(draft.upgrade.size())},
                                {"decide", static_cast<Poco::UInt64>(decide)}}));
        return 0;
    }
    if (file.empty()) {
        std::cout << "nothing to do: the revisions make what schema.yaml declares\n";
        return 0;
    }
    std::cout << "wrote " << file << '\n';
    if (decide != 0) {
        std::cout << fmt::format(
            "{} {} a decision before an upgrade; look for DECIDE in the "
            "file\n",
            decide, decide == 1 ? "step needs" : "steps need");
    }
    return 0;
}

int save(Program& program, const Draft& draft) {
    const MigrationSet& set = program.migration_set();
    return report(program, draft, enginebay::save(draft, set, program.settings().migrations));
}

int revision(Program& program, const Arguments& arguments) {
    const MigrationSet& set = program.migration_set();
    if (!arguments.autogenerate) {
        return save(program, empty_draft(set, arguments.message));
    }
    const Draft draft = autogenerate(set, arguments.message);
    return draft.upgrade.empty() ? report(program, draft, {}) : save(program, draft);
}

int merge(Program& program, const Arguments& arguments) {
    return save(program, merge_draft(program.migration_set(), arguments.message, arguments.heads));
}

void add_message(CLI::App& command, Arguments& arguments) {
    command.add_option("-m,--message", arguments.message, "One sentence for people")
        ->type_name("TEXT")
        ->required();
}

}  // namespace

void add_revision(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand("revision", "Writes the file of the next revision");
    const auto arguments = std::make_shared<Arguments>();
    add_message(*command, *arguments);
    command->add_flag("--autogenerate", arguments->autogenerate,
                      "With the operations that lead to schema.yaml, and back");
    command->footer(
        "Needs no database. What a person must decide is marked DECIDE in the file; renamed_from "
        "in schema.yaml tells\n"
        "a rename from a loss. With nothing to do no file is written.\n\nExamples:\n"
        "  enginebay revision -m \"Sessions carry a visibility\" --autogenerate\n"
        "  enginebay revision -m \"Mend old rows\"");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return revision(program, *arguments); };
    });
}

void add_merge(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand("merge", "Writes a revision that joins heads into one");
    const auto arguments = std::make_shared<Arguments>();
    add_message(*command, *arguments);
    of_revisions(command->add_option("heads", arguments->heads,
                                     "The heads to join; all where none is named"));
    command->footer(
        "Needs no database.\n\nExamples:\n"
        "  enginebay merge -m \"Join the two branches\"\n"
        "  enginebay merge -m \"Join\" 0004_left 0004_right");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return merge(program, *arguments); };
    });
}

}  // namespace enginebay::cli
