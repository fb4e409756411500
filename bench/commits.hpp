// SPDX-License-Identifier: BSL-1.0
// Small durable writes of eight threads: each with a commit of its own, and submitted.
#pragma once

#include "report.hpp"
#include "support/backend.hpp"

namespace enginebay::bench {

/// Adds the rows "durable write of 8 threads ..." for a backend with one writer at a time, where
/// submitted writes share commits; nothing for others. `raw` is a transaction for each write.
void measure_shared_commits(Collector& collector, testing::Backend& backend, int rounds);

}  // namespace enginebay::bench
