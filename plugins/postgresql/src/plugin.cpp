// SPDX-License-Identifier: BSL-1.0
// The plugin's descriptor and note.
#include "engine.hpp"

#include <enginebay/plugin.hpp>

namespace {

std::unique_ptr<enginebay::Engine> open_postgresql(const enginebay::DatabaseConfig& config) {
    return std::make_unique<enginebay::postgresql::PostgresEngine>(config);
}

}  // namespace

ENGINEBAY_PLUGIN(postgresql, "0.1.0", "BSL-1.0", enginebay::Location::server,
                 enginebay::postgresql::stated_capabilities, open_postgresql)
