// SPDX-License-Identifier: BSL-1.0
// A plugin nothing is wrong with.
#include "bare_engine.hpp"

#include <enginebay/plugin.hpp>

ENGINEBAY_PLUGIN(good, "1.2.3", "BSL-1.0", enginebay::Location::server,
                 (enginebay::Capabilities{enginebay::Capability::full_text,
                                          enginebay::Capability::cancel}),
                 enginebay::testing::open_bare)
