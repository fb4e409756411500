// SPDX-License-Identifier: BSL-1.0
// enginebay: the command line tool. Reads the command line, runs one command, reports its error.
#include "commands.hpp"
#include "interrupt.hpp"
#include "output.hpp"
#include "program.hpp"

#include <enginebay/error.hpp>
#include <enginebay/plugin.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::cli {
namespace {

constexpr const char* footer =
    "Examples:\n"
    "  enginebay status\n"
    "  enginebay --config /etc/" ENGINEBAY_DEFAULT_PRODUCT
    ".yml upgrade\n"
    "  enginebay check --json\n"
    "\n"
    "Exit status: 0 done, 1 a negative answer, 64 usage, 65 bad input, 69 database unreachable,\n"
    "70 a bug, 74 I/O, 75 busy, 76 a migration failed, 77 no permission, 78 configuration or "
    "plugin,\n"
    "130 and 143 interrupted (SIGINT, SIGTERM).";

void add_options(CLI::App& app, Options& options) {
    app.add_option("--config", options.config, "The configuration file")->type_name("FILE");
    app.add_option("--product", options.product, "The product whose configuration is used")
        ->type_name("WORD")
        ->capture_default_str();
    app.add_option("--set", options.overrides,
                   "Overrides one value of the configuration, e.g. database.port=5433")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    app.add_flag("--json", options.json, "Prints one JSON object on standard output");
    app.set_version_flag("--version", fmt::format("enginebay {} (plugin contract {})",
                                                  ENGINEBAY_VERSION, plugin_contract));
}

void add_commands(CLI::App& app, Chosen& chosen) {
    add_status(app, chosen);
    add_upgrade(app, chosen);
    add_downgrade(app, chosen);
    add_prove(app, chosen);
    add_check(app, chosen);
    add_history(app, chosen);
    add_revision(app, chosen);
    add_merge(app, chosen);
    add_squash(app, chosen);
    add_stamp(app, chosen);
    add_lint(app, chosen);
    add_schema(app, chosen);
    add_plugins(app, chosen);
    add_config(app, chosen);
    add_lock(app, chosen);
    add_doctor(app, chosen);
}

int run_guarded(const Action& action, Program& program, bool json) {
    try {
        return action(program);
    } catch (const Error& error) {
        return report(error, json, interrupted() ? interrupted_status() : 0);
    } catch (const std::exception& error) {
        return report(Error{Errc::internal, fmt::format("unexpected: {}", error.what())}, json);
    }
}

/// What was printed but never arrived must not look like success.
int flushed(int status) {
    std::cout.flush();
    if (std::cout) {
        return status;
    }
    std::cerr << "enginebay: cannot write to standard output\n";
    return status != 0 ? status : exit_status(Errc::io);
}

Error usage_error(const CLI::App& app, const CLI::ParseError& error) {
    const std::vector<std::string> unknown = app.remaining();
    // The parser complains about the missing command before it looks at the word in its place.
    const std::string what =
        app.get_subcommands().empty() && !unknown.empty()
            ? fmt::format("there is no command or option '{}'", unknown.front())
            : std::string{error.what()};
    return Error{Errc::usage, what + " (see enginebay --help)"};
}

/// A count of revisions looks like an option to the parser: -1 travels as ~1.
std::vector<std::string> arguments_of(int argc, char** argv) {
    std::vector<std::string> arguments{argv + 1, argv + argc};
    for (std::string& argument : arguments) {
        if (argument.size() > 1 && argument.front() == '-' &&
            argument.find_first_not_of("0123456789", 1) == std::string::npos) {
            argument.front() = back_mark;
        }
    }
    std::reverse(arguments.begin(), arguments.end());  // as the parser takes them
    return arguments;
}

int run(int argc, char** argv) {
    Options options{{}, ENGINEBAY_DEFAULT_PRODUCT, {}, false};
    Chosen chosen;
    CLI::App app{"EngineBay: databases behind plugins, and their migrations", "enginebay"};
    app.fallthrough();
    app.require_subcommand(1);
    app.get_formatter()->column_width(34);
    add_options(app, options);
    add_commands(app, chosen);
    app.footer(footer);
    try {
        app.parse(arguments_of(argc, argv));
    } catch (const CLI::Success& wanted) {
        return flushed(app.exit(wanted));  // --help, --version
    } catch (const CLI::ParseError& error) {
        // The parse stopped before it could tell.
        const bool json = std::any_of(argv + 1, argv + argc, [](const char* argument) {
            return std::string_view{argument} == "--json";
        });
        return flushed(report(usage_error(app, error), json));
    }
    Program program{options};
    return flushed(run_guarded(chosen.action, program, options.json));
}

}  // namespace
}  // namespace enginebay::cli

int main(int argc, char** argv) {
    try {
        return enginebay::cli::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "enginebay: " << error.what() << '\n';
        return enginebay::exit_status(enginebay::Errc::internal);
    }
}
