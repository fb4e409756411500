// SPDX-License-Identifier: BSL-1.0
// enginebay downgrade: takes revisions back.
#include "change.hpp"
#include "commands.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "program.hpp"
#include "progress.hpp"

#include <enginebay/error.hpp>

#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace enginebay::cli {
namespace {

struct Arguments {
    std::string target;
    bool online{false};
    bool plan{false};
    bool yes{false};
};

int plan(Program& program, const std::vector<std::string>& undone) {
    if (program.json()) {
        print_json(json_object({{"undone", json_list(undone)}}));
        return 0;
    }
    for (const std::string& revision : undone) {
        std::cout << "would undo " << revision << '\n';
    }
    if (undone.empty()) {
        std::cout << "nothing to do\n";
    }
    return 0;
}

/// Asks where somebody sits who can answer; columns and tables may go, with what is in them.
void confirm(const Program& program, const Arguments& arguments,
             const std::vector<std::string>& undone) {
    const bool asked = !arguments.yes && !program.json() && ::isatty(STDIN_FILENO) != 0 &&
                       ::isatty(STDERR_FILENO) != 0;
    if (!asked || undone.empty()) {
        return;
    }
    std::cerr << "This takes back " << joined(undone)
              << ", with what was stored in tables and columns they made. Type yes to go on: ";
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "yes") {
        throw Error{Errc::usage, "not confirmed; nothing was changed"};
    }
}

int print(const Program& program, const DowngradeReport& report) {
    const int status = interrupted() ? interrupted_status() : 0;
    if (program.json()) {
        print_json(json_object({{"undone", json_list(report.undone)},
                                {"current", json_list(report.current)},
                                {"elapsed_us", static_cast<Poco::Int64>(report.elapsed.count())}}));
        return status;
    }
    for (const std::string& revision : report.undone) {
        std::cout << "undid " << revision << '\n';
    }
    if (report.undone.empty()) {
        std::cout << "nothing to do: ";
    }
    std::cout << "the database is at "
              << (report.current.empty() ? "the base: no revision" : joined(report.current))
              << '\n';
    return status;
}

int run(Program& program, const Arguments& arguments) {
    const std::vector<std::string> undone = program.migrations().undone_by(arguments.target);
    if (arguments.plan) {
        return plan(program, undone);
    }
    confirm(program, arguments, undone);
    const Interrupts interrupts;
    DowngradeReport report;
    run_change(program, [&] {
        Progress progress;
        report = program.migrations().downgrade(
            change_options(program, progress, interrupts, arguments.target, arguments.online));
    });
    return print(program, report);
}

}  // namespace

void add_downgrade(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand("downgrade", "Takes revisions back");
    const auto arguments = std::make_shared<Arguments>();
    of_revisions(
        command->add_option("revision", arguments->target,
                            "Where the database is to stand: a revision's name or the beginning of "
                            "it, base, or -1"))
        ->required();
    command->add_flag("--online", arguments->online,
                      "Does not take the daemon's lock: the daemon may be running");
    command->add_flag("--plan", arguments->plan, "Only says which revisions would be undone");
    command->add_flag("-y,--yes", arguments->yes, "Does not ask on a terminal");
    command->footer(
        "Undoes every applied revision that builds on REV, last first. A revision that says it is "
        "irreversible\n"
        "stops the run before anything is changed. What was stored in tables and columns that go "
        "is lost.\n\nExamples:\n"
        "  enginebay downgrade -1\n"
        "  enginebay downgrade 0003 --plan\n"
        "  enginebay downgrade base");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return run(program, *arguments); };
    });
}

}  // namespace enginebay::cli
