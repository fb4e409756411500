// SPDX-License-Identifier: BSL-1.0
// Seventeen small revisions on an empty database, beside the same DDL sent in one transaction
// through the C API.
// Threads: one.
#pragma once

#include "report.hpp"
#include "support/backend.hpp"

namespace enginebay::bench {

/// Adds rounds of the row "17 small revisions"; each on a fresh database for either side, which is
/// not timed.
void measure_small_revisions(Collector& collector, testing::Backend& backend, int rounds);

}  // namespace enginebay::bench
