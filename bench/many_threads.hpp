// SPDX-License-Identifier: BSL-1.0
// Point reads by 1, 2 and 8 threads at once.
#pragma once

#include "report.hpp"
#include "support/backend.hpp"

namespace enginebay::bench {

/// To be called before this process is kept on one processor.
void measure_threads(Collector& collector, testing::Backend& backend, int rounds);

}  // namespace enginebay::bench
