// SPDX-License-Identifier: BSL-1.0
// A plugin of another contract.
#include "altered_note.hpp"

ALTERED_NOTE(enginebay::testing::altered_facts("other_contract", "contract", "4711"))
