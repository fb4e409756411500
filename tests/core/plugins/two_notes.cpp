// SPDX-License-Identifier: BSL-1.0
// Two plugins linked into one: two notes.
#include "altered_note.hpp"

ALTERED_NOTE(enginebay::testing::altered_facts("two_notes", "none", ""))

namespace {
[[gnu::section(".note.enginebay"), gnu::aligned(4),
  gnu::used]] constexpr enginebay::plugin_detail::Note second_note =
    enginebay::plugin_detail::make_note(enginebay::testing::altered_facts("second", "none", ""));
}
