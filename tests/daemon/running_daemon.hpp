// SPDX-License-Identifier: BSL-1.0
// DaemonHome: a place where a test runs teleclauded on a database: folder, socket, environment.
// Threads: one.  Ownership: owns the folder; the database is the test's.
#pragma once

#include "support/backend.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace enginebay::testing {

struct HttpAnswer {
    int status{0};
    std::string body;
    std::string allow;         ///< the Allow header
    std::string retry_after;   ///< the Retry-After header
    std::string content_type;  ///< the Content-Type header
};

class DaemonHome {
public:
    explicit DaemonHome(const DatabaseConfig& database);

    /// Added to what the daemon inherits.
    Environment environment;
    /// Put before the program: a command that runs it under some restriction.
    std::vector<std::string> prefix;

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_.path(); }
    [[nodiscard]] std::filesystem::path socket() const { return folder_ / "s"; }

    /// Starts it and leaves it alone.
    [[nodiscard]] ChildProcess launch(const std::vector<std::string>& arguments = {}) const;
    /// Starts it and waits until it says that it is ready; fails the test otherwise.
    [[nodiscard]] ChildProcess launch_ready(const std::vector<std::string>& arguments = {}) const;
    /// Runs it to its end.
    [[nodiscard]] RunResult run(const std::vector<std::string>& arguments = {}) const;
    /// One request to the running daemon; status 0 when nobody answers.
    HttpAnswer request(const std::string& path, const std::string& method = "GET",
                       const std::string& body = {}) const;

private:
    [[nodiscard]] std::vector<std::string> command(const std::vector<std::string>& arguments) const;
    TemporaryFolder folder_;
};

/// The daemon's own words for the database `config`: with the product that is the daemon's.
DatabaseConfig as_daemon(DatabaseConfig config);

/// Tells it to end and gives its exit status; fails the test when it takes too long.
int end(ChildProcess& daemon, int signal = SIGTERM);

inline constexpr std::chrono::seconds patience{30};

}  // namespace enginebay::testing
