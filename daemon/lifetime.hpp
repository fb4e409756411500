// SPDX-License-Identifier: BSL-1.0
// Lifetime: whether the daemon is to go on, and why and how it ends.
// Threads: any function from any thread.  Ownership: outlives everything that looks at it.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <stop_token>
#include <string>

namespace teleclaude {

/// Thrown where a start is broken off because the end was asked for.
class Ending final : public std::exception {
public:
    [[nodiscard]] const char* what() const noexcept override { return "the end was asked for"; }
};

class Lifetime {
public:
    /// Asks for the end; the first to ask says why and with which status.
    void end(int status, const std::string& why);
    [[nodiscard]] bool ending() const noexcept { return stop_.stop_requested(); }
    /// Throws Ending once the end was asked for.
    void check() const;
    /// Blocks until the end was asked for.
    void wait();
    /// For what has to stop with the daemon.
    [[nodiscard]] std::stop_token token() const { return stop_.get_token(); }
    [[nodiscard]] int status() const;
    [[nodiscard]] std::string why() const;

private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::stop_source stop_;
    int status_{0};
    std::string why_;
};

}  // namespace teleclaude
