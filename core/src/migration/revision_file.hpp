// SPDX-License-Identifier: BSL-1.0
// One revision file -> Revision.
// Threads: pure but for reading the file. Throws Errc::input with file:line:column.
#pragma once

#include "yaml/document.hpp"

#include <enginebay/revision.hpp>

#include <filesystem>
#include <vector>

namespace enginebay::migration {

/// `file` is only the name for messages and for the check that it matches the revision's.
Revision read_revision(const yaml::Node& root, const std::filesystem::path& file);
Revision load_revision(const std::filesystem::path& file);
/// Every `*.yaml` of a folder, by name.
std::vector<Revision> load_revisions(const std::filesystem::path& folder);

}  // namespace enginebay::migration
