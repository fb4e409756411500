// SPDX-License-Identifier: BSL-1.0
// A plugin whose descriptor says another version than its note.
#include "altered_note.hpp"
#include "bare_engine.hpp"

namespace {
constexpr auto described =
    enginebay::testing::altered_facts("descriptor_disagrees", "version", "2.0.0");
}

ALTERED_NOTE(enginebay::testing::altered_facts("descriptor_disagrees", "none", ""))
ALTERED_DESCRIPTOR(described, enginebay::testing::open_bare)
