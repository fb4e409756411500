// SPDX-License-Identifier: BSL-1.0
// What a MigrationSet holds.
#pragma once

#include <enginebay/migrations.hpp>

#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

namespace enginebay {

struct MigrationSet::Content {
    std::vector<Revision> revisions;  // ordered: parents first
    std::vector<std::string> heads;
    std::filesystem::path schema_file;  // empty: `declared` was given
    // A run that finds nothing to do, the most frequent one, needs no declared schema; parsing it
    // would take a good part of that run's time.
    mutable std::once_flag schema_read;
    mutable Schema declared;
    std::filesystem::path legacy_folder;  // empty: `legacy` was given
    mutable std::once_flag legacy_read;
    mutable std::vector<Revision> legacy;
};

}  // namespace enginebay
