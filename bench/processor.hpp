// SPDX-License-Identifier: BSL-1.0
// Keeps client and server on one processor: a round trip that has to wake another one takes three
// to seven times as long and varies with whatever else the machine does.
#pragma once

#include <sched.h>
#include <sys/types.h>

namespace enginebay::bench {

/// Moves a process (0: this one) to the last processor. Where the right is missing nothing happens,
/// and the figures scatter more.
inline void pin_process(pid_t process) noexcept {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) {
        return;
    }
    int last = CPU_SETSIZE - 1;
    while (last > 0 && !CPU_ISSET(last, &allowed)) {
        --last;
    }
    CPU_ZERO(&allowed);
    CPU_SET(last, &allowed);
    sched_setaffinity(process, sizeof allowed, &allowed);
}

}  // namespace enginebay::bench
