// SPDX-License-Identifier: BSL-1.0
// What upgrade and downgrade share: who runs it, the daemon's lock, interrupts, progress.
// Threads: one.
#pragma once

#include "program.hpp"
#include "progress.hpp"

#include <enginebay/migrations.hpp>

#include <string>

namespace enginebay::cli {

/// Options of a run that changes the database. Takes the daemon's lock before the first change
/// unless `online`. Borrows `program` and `progress`.
UpgradeOptions change_options(Program& program, Progress& progress, const std::string& target,
                              bool online);

}  // namespace enginebay::cli
