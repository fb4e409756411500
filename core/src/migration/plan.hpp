// SPDX-License-Identifier: BSL-1.0
// What revisions would do, told before they do it.
// Threads: pure.
#pragma once

#include "migration/planner.hpp"

#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

/// What is gone for good once the operation has run; empty: nothing.
std::string loss_of(const Operation& operation);
/// What going back over the revision loses, or why nothing leads back.
std::string way_back_of(const Revision& revision);

std::vector<PlannedOperation> planned(const std::vector<const Revision*>& steps, Schema before,
                                      const Migrator& migrator, const std::string& backend);

/// A script for the backend's own shell, line by line or statement by statement.
std::vector<std::string> script(const MigrationSet& set, const Migrator& migrator,
                                const Dialect& dialect, const std::string& backend,
                                const ScriptOptions& options);

}  // namespace enginebay::migration
