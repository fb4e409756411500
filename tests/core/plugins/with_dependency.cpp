// SPDX-License-Identifier: BSL-1.0
// A plugin with a client library of its own; its name is FIXTURE_NAME.
#include "bare_engine.hpp"

#include <enginebay/plugin.hpp>

extern "C" int fixture_dependency();

namespace {
std::unique_ptr<enginebay::Engine> open_with(const enginebay::DatabaseConfig& config) {
    return fixture_dependency() == 0 ? enginebay::testing::open_bare(config) : nullptr;
}
}  // namespace

#define FIXTURE_PLUGIN(name)                                              \
    ENGINEBAY_PLUGIN(name, "1.0.0", "BSL-1.0", enginebay::Location::file, \
                     enginebay::Capabilities{}, open_with)
FIXTURE_PLUGIN(FIXTURE_NAME)
