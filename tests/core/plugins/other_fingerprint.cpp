// SPDX-License-Identifier: BSL-1.0
// A plugin of another build: ALTERED_KEY and ALTERED_VALUE say what its note says differently.
#include "altered_note.hpp"

ALTERED_NOTE(enginebay::testing::altered_facts(ALTERED_NAME, ALTERED_KEY, ALTERED_VALUE))
