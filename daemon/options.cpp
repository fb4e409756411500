// SPDX-License-Identifier: BSL-1.0
// The command line, read with CLI11.
#include "options.hpp"

#include <enginebay/error.hpp>

#include <CLI/CLI.hpp>

#include <iostream>

namespace teleclaude {
namespace {

constexpr const char* examples =
    "\nExamples:\n"
    "  teleclauded                           teleclaude.db in this folder, no configuration "
    "needed\n"
    "  teleclauded --check                   start, say what was found, end\n"
    "  teleclauded --config /etc/teleclaude.yml --socket /run/teleclaude/teleclauded.sock\n"
    "  TELECLAUDE_DB_ENGINE=postgresql TELECLAUDE_DB_HOST=db TELECLAUDE_DB_USER=teleclaude "
    "teleclauded\n"
    "  curl --unix-socket $XDG_RUNTIME_DIR/teleclauded.sock http://localhost/health\n"
    "\nIt ends with 0 when told to (SIGTERM, SIGINT), 64 usage, 65 damaged database or bad "
    "revision, 69 no such\n"
    "server or database, 74 disk, 75 another daemon holds the lock, 76 a migration failed, 77 no "
    "permission,\n"
    "78 configuration or plugin.\n";

}  // namespace

std::string program_version() { return TELECLAUDED_VERSION; }

ParsedOptions parse_options(int argc, const char* const* argv) {
    ParsedOptions parsed;
    Options& options = parsed.options;
    CLI::App app{"The daemon that owns the TeleClaude database.", "teleclauded"};
    app.footer(examples);
    app.set_version_flag("--version", "teleclauded " + program_version());
    app.add_option("--config", options.config,
                   "Configuration file (else TELECLAUDE_CONFIG_PATH, ./teleclaude.yml)")
        ->type_name("FILE");
    app.add_flag("--check", options.check, "Do everything up to ready, say what was found, end");
    app.add_option("--socket", options.socket,
                   "Where to listen (else TELECLAUDE_SOCKET, api.socket)")
        ->type_name("PATH");
    app.add_flag("--daemon", options.background, "Go to the background once ready");
    app.add_option("--pidfile", options.pid_file, "Write the process id there while running")
        ->type_name("FILE");
    std::string mask;
    app.add_option("--umask", mask, "File mode mask, octal")
        ->type_name("OCTAL")
        ->check([](const std::string& text) {
            const bool octal = !text.empty() && text.size() <= 4 &&
                               text.find_first_not_of("01234567") == std::string::npos;
            return octal ? std::string{} : "is no octal mask such as 027";
        });
    try {
        app.parse(argc, argv);
        if (!mask.empty()) {
            options.umask = static_cast<unsigned>(std::stoul(mask, nullptr, 8));
        }
    } catch (const CLI::Success& help) {
        parsed.exit_status = app.exit(help, std::cout, std::cerr);
    } catch (const CLI::ParseError& error) {
        std::cerr << "teleclauded: " << error.what() << "; see teleclauded --help\n";
        parsed.exit_status = enginebay::exit_status(enginebay::Errc::usage);
    }
    return parsed;
}

}  // namespace teleclaude
