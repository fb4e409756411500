// SPDX-License-Identifier: BSL-1.0
// A plugin that calls what nobody defines; linked without --no-undefined.
#include "bare_engine.hpp"

#include <enginebay/plugin.hpp>

namespace missing {
int function_nobody_defines(int number);
}

namespace {
std::unique_ptr<enginebay::Engine> open_more(const enginebay::DatabaseConfig& config) {
    return missing::function_nobody_defines(1) == 0 ? enginebay::testing::open_bare(config)
                                                    : nullptr;
}
}  // namespace

ENGINEBAY_PLUGIN(undefined_symbol, "1.0.0", "BSL-1.0", enginebay::Location::file,
                 enginebay::Capabilities{}, open_more)
