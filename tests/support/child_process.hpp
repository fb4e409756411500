// SPDX-License-Identifier: BSL-1.0
// ChildProcess: a program run by a test, its output captured, its end watched.
// Threads: one.  Ownership: the object owns the process; destroying it kills and reaps it.
//
// Output goes to files in memory, not to pipes: a program that says a lot never waits for the test,
// and what was said stays readable after its end.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::testing {

/// Added to the environment a child inherits. Inherited is the test's own environment without the
/// variables that configure a product (TELECLAUDE_*) or a client library (PG*).
using Environment = std::map<std::string, std::string>;

/// Polls until `predicate` holds or the time is over; gives its last value.
bool wait_until(const std::function<bool()>& predicate, std::chrono::milliseconds timeout);

class ChildProcess {
public:
    /// Runs `arguments[0]` (a path, or a name looked up in PATH). Throws std::system_error when it
    /// cannot be started.
    explicit ChildProcess(std::vector<std::string> arguments, const Environment& environment = {},
                          const std::filesystem::path& directory = {});
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&&) = delete;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ~ChildProcess();

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// What it has said so far.
    [[nodiscard]] std::string out() const;
    [[nodiscard]] std::string err() const;
    /// Waits for a whole line that contains `text` on either stream and gives it; nothing when the
    /// time is over, or when the program ended without saying it.
    std::optional<std::string> wait_for_line(std::string_view text,
                                             std::chrono::milliseconds timeout);

    void write(std::string_view text);
    void close_input() noexcept;

    void kill(int signal = SIGKILL) const noexcept;
    /// Its exit status, 128 + n when signal n ended it; nothing when it still runs after `timeout`.
    std::optional<int> wait(std::chrono::milliseconds timeout);
    /// True while it has not ended (a stopped process runs).
    bool running();

private:
    pid_t pid_{-1};
    int input_{-1};
    int out_{-1};
    int err_{-1};
    std::optional<int> status_;
};

struct RunResult {
    int exit_status{
        -1};  ///< 128 + n when signal n ended it; -1 when it was killed at the time limit
    std::string out;
    std::string err;
};

/// Runs a program to its end with an empty standard input.
RunResult run(std::vector<std::string> arguments, const Environment& environment = {},
              std::chrono::milliseconds timeout = std::chrono::seconds{60},
              const std::filesystem::path& directory = {});

/// The running test program's own file.
std::filesystem::path this_program();

}  // namespace enginebay::testing
