// SPDX-License-Identifier: BSL-1.0
// Plugins whose static object does FIXTURE_DEED; their name is FIXTURE_NAME. Loaded by check()
// only.
#include "bare_engine.hpp"

#include <enginebay/plugin.hpp>

#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace {
[[maybe_unused]] int say_and_abort() {
    std::fputs("something went wrong early\n", stderr);
    std::abort();
}
[[maybe_unused]] int read_nowhere() {
    // What a wild pointer gives, in a way that no sanitizer stops before.
    std::raise(SIGSEGV);
    return 0;
}
[[maybe_unused]] int leave() { ::_exit(3); }
[[maybe_unused]] int throw_early() { throw std::runtime_error{"no configuration yet"}; }
[[maybe_unused]] int sleep_on() {
    std::this_thread::sleep_for(std::chrono::minutes{5});
    return 0;
}

[[maybe_unused, gnu::used]] const int deed = FIXTURE_DEED();
}  // namespace

#define FIXTURE_PLUGIN(name)                                              \
    ENGINEBAY_PLUGIN(name, "1.0.0", "BSL-1.0", enginebay::Location::file, \
                     enginebay::Capabilities{}, enginebay::testing::open_bare)
FIXTURE_PLUGIN(FIXTURE_NAME)
