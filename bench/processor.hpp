// SPDX-License-Identifier: BSL-1.0
// Keeps client and server on one processor: a round trip that has to wake another one takes three
// to seven times as long and varies with whatever else the machine does.
#pragma once

#include <sched.h>
#include <sys/types.h>
#include <unistd.h>

namespace enginebay::bench {

/// Moves a process (0: this thread) to one of the processors it may use, counted from the last one
/// and round again. Where the right is missing nothing happens, and the figures scatter more.
inline void pin_process(pid_t process, int from_last = 0) noexcept {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(getpid(), sizeof allowed, &allowed) != 0) {
        return;
    }
    int skip = from_last % CPU_COUNT(&allowed);
    int chosen = CPU_SETSIZE - 1;
    while (!CPU_ISSET(chosen, &allowed) || skip-- > 0) {
        --chosen;
    }
    CPU_ZERO(&allowed);
    CPU_SET(chosen, &allowed);
    sched_setaffinity(process, sizeof allowed, &allowed);
}

}  // namespace enginebay::bench
