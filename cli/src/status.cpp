// SPDX-License-Identifier: BSL-1.0
// enginebay status: where the database stands.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <iostream>

namespace enginebay::cli {
namespace {

void print(Program& program, const MigrationStatus& status) {
    std::cout << "engine    " << program.settings().database.engine << ' ' << status.server_version
              << "\ndatabase  " << program.engine().location() << "\ncurrent   "
              << joined(status.current) << "\nheads     " << joined(status.heads) << "\npending   ";
    if (status.pending.empty()) {
        std::cout << "none: the database is up to date\n";
        return;
    }
    std::cout << joined(status.pending) << '\n';
    if (status.state == MigrationStatus::State::unversioned) {
        std::cout << "The database has tables but no history; `enginebay upgrade` adopts it where "
                     "its structure is known.\n";
    }
}

int run(Program& program) {
    const MigrationStatus status = program.migrations().status();
    if (!program.json()) {
        print(program, status);
        return 0;
    }
    print_json(json_object({{"engine", program.settings().database.engine},
                            {"server_version", status.server_version},
                            {"state", state_name(status.state)},
                            {"current", json_list(status.current)},
                            {"heads", json_list(status.heads)},
                            {"pending", json_list(status.pending)}}));
    return 0;
}

}  // namespace

void add_status(CLI::App& app, Chosen& chosen) {
    CLI::App* command = app.add_subcommand("status", "Shows at which revision the database is");
    command->footer("Reads only.\n\nExample:\n  enginebay status --json");
    command->callback([&chosen] { chosen.action = run; });
}

}  // namespace enginebay::cli
