// SPDX-License-Identifier: BSL-1.0
// enginebay upgrade: brings the database to a revision, or tells what that would take.
#include "change.hpp"
#include "commands.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "plan.hpp"
#include "program.hpp"
#include "progress.hpp"

#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace enginebay::cli {
namespace {

struct Arguments {
    std::string target;
    std::string backend;
    std::string from;
    bool online{false};
    bool plan{false};
    bool sql{false};
};

void print(const UpgradeReport& report) {
    for (const std::string& revision : report.adopted) {
        std::cout << "adopted " << revision << '\n';
    }
    for (const std::string& revision : report.applied) {
        std::cout << "applied " << revision << '\n';
    }
    if (report.applied.empty() && report.adopted.empty()) {
        std::cout << "nothing to do: ";
    }
    std::cout << "the database is at " << joined(report.current) << '\n';
}

int upgrade(Program& program, const Arguments& arguments) {
    const Interrupts interrupts;
    UpgradeReport report;
    run_change(program, [&] {
        Progress progress;
        report = program.migrations().upgrade(
            change_options(program, progress, interrupts, arguments.target, arguments.online));
    });
    const int status = interrupted() ? interrupted_status() : 0;
    if (!program.json()) {
        print(report);
        return status;
    }
    print_json(json_object({{"applied", json_list(report.applied)},
                            {"adopted", json_list(report.adopted)},
                            {"copy", report.copy},
                            {"notes", json_list(report.notes)},
                            {"current", json_list(report.current)},
                            {"elapsed_us", static_cast<Poco::Int64>(report.elapsed.count())}}));
    return status;
}

int sql(Program& program, const Arguments& arguments) {
    const std::string backend =
        arguments.backend.empty() ? program.settings().database.engine : arguments.backend;
    const std::unique_ptr<Engine> engine = program.offline_engine(backend);
    const std::vector<std::string> lines =
        Migrations{*engine, backend, program.migration_set()}.script(
            {arguments.from, arguments.target,
             fmt::format("enginebay {} script", ENGINEBAY_VERSION)});
    if (program.json()) {
        print_json(json_object({{"backend", backend}, {"statements", json_list(lines)}}));
        return 0;
    }
    for (const std::string& line : lines) {
        std::cout << line << '\n';
    }
    return 0;
}

int run(Program& program, const Arguments& arguments) {
    if (arguments.target.starts_with('-')) {
        throw Error{Errc::usage,
                    fmt::format("an upgrade does not go back: `enginebay downgrade {}` does",
                                arguments.target)};
    }
    if (arguments.sql) {
        return sql(program, arguments);
    }
    return arguments.plan ? print_plan(program, arguments.target) : upgrade(program, arguments);
}

}  // namespace

void add_upgrade(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand("upgrade", "Brings the database to the newest revision");
    const auto arguments = std::make_shared<Arguments>();
    of_revisions(
        command->add_option("revision", arguments->target,
                            "Stop at this revision: its name or the beginning of it, head, or +1"));
    command->add_flag("--online", arguments->online,
                      "Does not take the daemon's lock: the daemon may be running");
    CLI::Option* plan_flag = command->add_flag(
        "--plan", arguments->plan, "Only says what would run, with locks, copies and losses");
    CLI::Option* sql_flag =
        command->add_flag("--sql", arguments->sql,
                          "Prints a script for the database's own shell; connects to nothing");
    sql_flag->excludes(plan_flag);
    command->add_option("--backend", arguments->backend, "With --sql: for this engine")
        ->type_name("ENGINE")
        ->needs(sql_flag);
    of_revisions(command->add_option("--from", arguments->from,
                                     "With --sql: for a database at this revision"))
        ->needs(sql_flag);
    command->footer(
        "Takes the daemon's lock before the first change (75 while a daemon runs). Each revision "
        "commits together\n"
        "with its record, so a failed one leaves the database as it was before it.\n\nExamples:\n"
        "  enginebay upgrade\n"
        "  enginebay upgrade +1\n"
        "  enginebay upgrade --plan\n"
        "  enginebay upgrade --sql --backend " ENGINEBAY_DEFAULT_ENGINE " > upgrade.sql");
    command->callback([&chosen, arguments] {
        chosen.action = [arguments](Program& program) { return run(program, *arguments); };
    });
}

}  // namespace enginebay::cli
