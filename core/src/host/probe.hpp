// SPDX-License-Identifier: BSL-1.0
// Loads a verified candidate in a child process and tells how that went.
#pragma once

#include "host/verify.hpp"

namespace enginebay::host {

/// Throws Refusal when the child refuses the plugin, dies of it, or is not done after ten seconds.
void probe(const Verified& candidate);

}  // namespace enginebay::host
