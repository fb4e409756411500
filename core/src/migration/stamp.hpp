// SPDX-License-Identifier: BSL-1.0
// Writes history without running anything.
// Threads: one per connection.
#pragma once

#include <enginebay/engine.hpp>
#include <enginebay/migrations.hpp>

#include <string>

namespace enginebay::migration {

StampReport stamp(Engine& engine, const MigrationSet& set, const std::string& backend,
                  const StampOptions& options);

}  // namespace enginebay::migration
