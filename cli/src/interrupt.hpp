// SPDX-License-Identifier: BSL-1.0
// Ctrl-C while something is being changed: the change is undone first, then the program ends.
#pragma once

#include <stop_token>
#include <thread>

namespace enginebay::cli {

/// While it lives the first SIGINT or SIGTERM requests a stop, on a thread of its own; a second one
/// ends the program at once. One at a time.
class Interrupts {
public:
    Interrupts();
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;
    ~Interrupts();

    [[nodiscard]] std::stop_token token() const noexcept { return stop_.get_token(); }

private:
    std::stop_source stop_;
    std::thread watcher_;
};

[[nodiscard]] bool interrupted() noexcept;

/// 128 and the signal's number, as shells have it.
[[nodiscard]] int interrupted_status() noexcept;

/// Throws Errc::cancelled once interrupted.
void throw_if_interrupted();

}  // namespace enginebay::cli
