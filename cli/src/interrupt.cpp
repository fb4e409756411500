// SPDX-License-Identifier: BSL-1.0
// Notes SIGINT and SIGTERM, and tells a thread that may do more than a handler may.
#include "interrupt.hpp"

#include <enginebay/error.hpp>

#include <semaphore.h>

#include <cerrno>
#include <csignal>

namespace enginebay::cli {
namespace {

volatile std::sig_atomic_t signal_seen = 0;
sem_t noticed;  // of all that wakes a thread, this a handler may call

void note(int number) {
    const int before = errno;
    signal_seen = number;
    sem_post(&noticed);
    errno = before;
}

void handle(void (*handler)(int), int flags) {
    struct sigaction action{};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

Interrupts::Interrupts() {
    sem_init(&noticed, 0, 0);
    watcher_ = std::thread{[this] {
        while (sem_wait(&noticed) != 0) {}
        if (interrupted()) {
            stop_.request_stop();
        }
    }};
    handle(note, static_cast<int>(SA_RESETHAND | SA_RESTART));  // the second one is final
}

Interrupts::~Interrupts() {
    sem_post(&noticed);
    watcher_.join();
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
