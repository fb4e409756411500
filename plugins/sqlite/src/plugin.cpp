// SPDX-License-Identifier: BSL-1.0
// What sqlite.so exports.
#include "engine.hpp"

#include <enginebay/plugin.hpp>

#include <memory>

namespace {

std::unique_ptr<enginebay::Engine> open(const enginebay::DatabaseConfig& config) {
    return std::make_unique<enginebay::sqlite::SqliteEngine>(config);
}

}  // namespace

ENGINEBAY_PLUGIN(sqlite, "0.1.0", "BSL-1.0", enginebay::Location::file,
                 enginebay::sqlite::stated_capabilities, open)
