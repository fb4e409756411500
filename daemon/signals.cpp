// SPDX-License-Identifier: BSL-1.0
// Signals, taken by sigtimedwait on one thread.
#include "signals.hpp"

#include "log.hpp"

#include <enginebay/error.hpp>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <utility>

namespace teleclaude {
namespace {

using Clock = std::chrono::steady_clock;

// What remains of the drain once somebody asks a second time; service managers ask twice within
// five.
constexpr std::chrono::seconds patience{3};

sigset_t watched() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) {
        sigaddset(&set, signal);
    }
    return set;
}

}  // namespace

void block_signals() {
    const sigset_t set = watched();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error like a full disk
}

SignalWatch::SignalWatch(SignalActions actions)
    : actions_{std::move(actions)}, thread_{[this](const std::stop_token& stop) { run(stop); }} {}

void SignalWatch::run(const std::stop_token& stop) {
    const sigset_t set = watched();
    const timespec tick{0, 100'000'000};
    bool ending = false;
    std::optional<Clock::time_point> deadline;
    while (!stop.stop_requested()) {
        const int signal = sigtimedwait(&set, nullptr, &tick);
        if (deadline && Clock::now() >= *deadline) {
            log().fatal("the end takes too long; ending now");
            ::_exit(enginebay::exit_status(enginebay::Errc::busy));
        }
        if (signal == SIGHUP) {
            actions_.reload();
        } else if (signal > 0 && !ending) {
            ending = true;
            actions_.end(std::string{"SIG"} + ::sigabbrev_np(signal));
        } else if (signal > 0 && !deadline) {
            deadline = Clock::now() + patience;
            log().warning("asked to end again: the drain gets 3 s more");
        }
    }
}

}  // namespace teleclaude
