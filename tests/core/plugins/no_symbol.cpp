// SPDX-License-Identifier: BSL-1.0
// A plugin with its note and without its descriptor.
#include "altered_note.hpp"

ALTERED_NOTE(enginebay::testing::altered_facts("no_symbol", "none", ""))
