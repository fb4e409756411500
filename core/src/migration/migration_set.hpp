// SPDX-License-Identifier: BSL-1.0
// What a MigrationSet holds.
#pragma once

#include <enginebay/migrations.hpp>

#include <string>
#include <vector>

namespace enginebay {

struct MigrationSet::Content {
    std::vector<Revision> revisions;  // ordered: parents first
    std::vector<std::string> heads;
    Schema declared;
};

}  // namespace enginebay
