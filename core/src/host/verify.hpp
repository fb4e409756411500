// SPDX-License-Identifier: BSL-1.0
// Steps 1 and 3 to 5 of loading: everything that can be told of a candidate without running it.
#pragma once

#include "host/plugin_file.hpp"

#include <enginebay/plugin_host.hpp>

#include <memory>
#include <string>

namespace enginebay::host {

/// A candidate that passed; the file stays open until it has been loaded.
struct Verified {
    std::unique_ptr<PluginFile> file;
    std::string note;
    PluginInfo info;
    std::string warning;
};

/// Throws Refusal. `info`, if given, gets what the note says even when the candidate is refused
/// because of it.
Verified verify(const std::filesystem::path& path, PluginInfo* info = nullptr);

}  // namespace enginebay::host
