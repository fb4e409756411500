// SPDX-License-Identifier: BSL-1.0
// The graph of revisions: who follows whom.
// Threads: pure.
#pragma once

#include <enginebay/revision.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

/// Parents before children, otherwise by id. Throws Errc::input for a duplicate id (both files
/// named), a parent that is missing, and a ring (shown in its order).
std::vector<Revision> ordered(std::vector<Revision> revisions);

/// Those that nothing follows, in the order given.
std::vector<std::string> heads_of(const std::vector<Revision>& revisions);

}  // namespace enginebay::migration
