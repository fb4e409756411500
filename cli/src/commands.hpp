// SPDX-License-Identifier: BSL-1.0
// The commands: each adds itself to the command line and says what to do when it is chosen.
#pragma once

#include <CLI/App.hpp>

#include <functional>
#include <string>

namespace enginebay::cli {

class Program;

/// What the chosen command does; gives the exit status.
using Action = std::function<int(Program&)>;

/// What a count of revisions backwards begins with once the command line has been read.
inline constexpr char back_mark = '~';

/// Marks an option that takes revisions, and gives counts backwards their sign back.
inline CLI::Option* of_revisions(CLI::Option* option) {
    return option->type_name("REV")->transform([](std::string word) {
        if (word.starts_with(back_mark)) {
            word.front() = '-';
        }
        return word;
    });
}

/// Where a command leaves its action when it is chosen.
struct Chosen {
    Action action;
};

void add_check(CLI::App& app, Chosen& chosen);
void add_config(CLI::App& app, Chosen& chosen);
void add_doctor(CLI::App& app, Chosen& chosen);
void add_downgrade(CLI::App& app, Chosen& chosen);
void add_history(CLI::App& app, Chosen& chosen);
void add_lint(CLI::App& app, Chosen& chosen);
void add_lock(CLI::App& app, Chosen& chosen);
void add_merge(CLI::App& app, Chosen& chosen);
void add_plugins(CLI::App& app, Chosen& chosen);
void add_revision(CLI::App& app, Chosen& chosen);
void add_prove(CLI::App& app, Chosen& chosen);
void add_schema(CLI::App& app, Chosen& chosen);
void add_squash(CLI::App& app, Chosen& chosen);
void add_stamp(CLI::App& app, Chosen& chosen);
void add_status(CLI::App& app, Chosen& chosen);
void add_upgrade(CLI::App& app, Chosen& chosen);

}  // namespace enginebay::cli
