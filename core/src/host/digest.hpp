// SPDX-License-Identifier: BSL-1.0
// The optional `<name>.so.sha256` beside a plugin, in the format of sha256sum. It finds a damaged
// copy; it is no protection, for whoever can change the one file can change the other.
#pragma once

#include "host/plugin_file.hpp"

namespace enginebay::host {

/// Throws Refusal where the file is there and is not the hash of the plugin.
void check_digest(const PluginFile& file);

}  // namespace enginebay::host
