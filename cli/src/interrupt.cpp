// SPDX-License-Identifier: BSL-1.0
// Notes SIGINT and SIGTERM.
#include "interrupt.hpp"

#include <enginebay/error.hpp>

#include <csignal>

namespace enginebay::cli {
namespace {

volatile std::sig_atomic_t signal_seen = 0;

}  // namespace

void note_interrupts() {
    struct sigaction action{};
    action.sa_handler = [](int number) { signal_seen = number; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one is final
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() noexcept { return signal_seen != 0; }

int interrupted_status() noexcept {
    constexpr int first = 128;
    return first + static_cast<int>(signal_seen);
}

void throw_if_interrupted() {
    if (interrupted()) {
        throw Error{Errc::cancelled, "interrupted"};
    }
}

}  // namespace enginebay::cli
