// SPDX-License-Identifier: BSL-1.0
// Rows whose unit of work is a whole process: loading a plugin, a start that finds nothing to do.
#pragma once

#include "report.hpp"
#include "support/backend.hpp"

namespace enginebay::bench {

/// Verified and loaded, beside dlopen alone; `rounds` fresh processes for each side, alternating.
void measure_plugin_load(Collector& collector, const std::string& backend, int rounds);

/// `enginebay upgrade` on a database that is at head, beside the least a program could do.
void measure_start(Collector& collector, testing::Backend& backend, int rounds);

}  // namespace enginebay::bench
