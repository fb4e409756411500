// SPDX-License-Identifier: BSL-1.0
// The memory that reading a million rows takes, each side in a process of its own.
#pragma once

#include "report.hpp"
#include "support/backend.hpp"

namespace enginebay::bench {

/// To be called while this process has one thread: it forks.
void measure_memory(Collector& collector, testing::Backend& backend, bool python, int rounds);

}  // namespace enginebay::bench
