// SPDX-License-Identifier: BSL-1.0
// enginebay lock: who holds the instance lock of this database.
#include "commands.hpp"
#include "output.hpp"
#include "program.hpp"

#include <iostream>

namespace enginebay::cli {
namespace {

int run(Program& program) {
    LockOptions options;
    options.name = program.lock_name();
    const LockHolder holder = program.engine().instance_lock(options)->holder();
    const bool held = holder.pid != 0 || !holder.what.empty();
    if (!program.json()) {
        std::cout << options.name << ": " << (held ? "held by " + describe(holder) : "free");
        std::cout << (held && !holder.what.empty() ? " (" + holder.what + ")" : "") << '\n';
        return 0;
    }
    Poco::JSON::Object object = json_object();
    object.set("name", options.name);
    object.set("held", held);
    if (held) {
        Poco::JSON::Object by = json_object();
        by.set("pid", holder.pid);
        by.set("host", holder.host);
        by.set("since", holder.since);
        by.set("what", holder.what);
        object.set("holder", by);
    }
    print_json(object);
    return 0;
}

}  // namespace

void add_lock(CLI::App& app, Chosen& chosen) {
    CLI::App* command =
        app.add_subcommand("lock", "Shows who holds the daemon's lock on this database");
    command->footer("Does not take the lock.\n\nExample:\n  enginebay lock");
    command->callback([&chosen] { chosen.action = run; });
}

}  // namespace enginebay::cli
