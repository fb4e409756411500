// SPDX-License-Identifier: BSL-1.0
// What upgrade and downgrade share: who runs it, the daemon's lock, interrupts, progress.
// Threads: one.
#pragma once

#include "interrupt.hpp"
#include "program.hpp"
#include "progress.hpp"

#include <enginebay/migrations.hpp>

#include <functional>
#include <string>

namespace enginebay::cli {

/// Options of a run that changes the database. Takes the daemon's lock before the first change
/// unless `online`, and stops when interrupted. Borrows `program` and `progress`.
UpgradeOptions change_options(Program& program, Progress& progress, const Interrupts& interrupts,
                              const std::string& target, bool online);

/// Runs what changes the database; the error of one that was interrupted says where it stands now.
void run_change(Program& program, const std::function<void()>& change);

}  // namespace enginebay::cli
