// SPDX-License-Identifier: BSL-1.0
#include "support/own_postgres.hpp"

#include "support/backend.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

namespace enginebay::testing {
namespace {

namespace fs = std::filesystem;

bool has_line(const fs::path& file, const std::string& wanted) {
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        if (line == wanted) {
            return true;
        }
    }
    return false;
}

}  // namespace

OwnPostgres::OwnPostgres() {
    fs::permissions(folder_.path(),
                    fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
    // Kept data is data that is flushed.
    const RunResult started = command(
        {"start", "--keep", "--database", "teleclaude", "--facts", (folder_ / "facts").string()});
    if (started.exit_status != 0) {
        failure_ = "no server of one's own can be started: " + started.err;
    }
}

OwnPostgres::~OwnPostgres() {
    if (fs::exists(folder_ / "pg") && command({"stop", "--mode", "immediate"}).exit_status != 0) {
        std::cerr << "a server of a test's own was not stopped: " << folder_.path() << '\n';
    }
}

RunResult OwnPostgres::command(std::vector<std::string> arguments) const {
    arguments.insert(arguments.begin() + 1, (folder_ / "pg").string());
    arguments.insert(arguments.begin(),
                     (build_path("ENGINEBAY_TEST_SOURCE_DIR") / "tests/support/postgres").string());
    return run(std::move(arguments), {}, std::chrono::seconds{120});
}

/// The value of a line KEY=VALUE of what the server wrote about itself.
std::string OwnPostgres::fact(const std::string& key) const {
    std::istringstream lines{read_file(folder_ / "facts")};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(key + "=")) {
            return line.substr(key.size() + 1);
        }
    }
    throw std::runtime_error{"the server said nothing of its " + key};
}

DatabaseConfig OwnPostgres::config() const {
    DatabaseConfig config;
    config.engine = "postgresql";
    config.host = fact("HOST");
    config.port = static_cast<std::uint16_t>(std::stoi(fact("PORT")));
    config.user = fact("USER");
    config.password = fact("PASSWORD");
    config.dbname = "teleclaude";
    return config;
}

void OwnPostgres::restart() const {
    if (const RunResult restarted = command({"restart", "--mode", "immediate"});
        restarted.exit_status != 0) {
        throw std::runtime_error{"the server was not restarted: " + restarted.err};
    }
}

bool OwnPostgres::kill_process(const std::string& words) const {
    std::string postmaster;
    std::ifstream{fact("DATA") + "/postmaster.pid"} >> postmaster;
    for (const fs::directory_entry& entry : fs::directory_iterator{"/proc"}) {
        const std::string pid = entry.path().filename().string();
        if (pid.find_first_not_of("0123456789") != std::string::npos ||
            !has_line(entry.path() / "status", "PPid:\t" + postmaster)) {
            continue;
        }
        std::string title;
        std::getline(std::ifstream{entry.path() / "cmdline"}, title);
        if (title.find(words) != std::string::npos) {
            return ::kill(std::stoi(pid), SIGKILL) == 0;
        }
    }
    return false;
}

}  // namespace enginebay::testing
