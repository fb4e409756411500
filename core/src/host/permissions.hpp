// SPDX-License-Identifier: BSL-1.0
// Who else may change a plugin: whoever can write its file, or a folder on the way to it, runs code
// in this process.
#pragma once

#include "host/plugin_file.hpp"

#include <string>

namespace enginebay::host {

/// Throws Refusal when anyone may write the file or a folder on its path; the same, for root and in
/// the system's folders, when its group may or a third user owns it, which for others is the
/// warning returned. Empty: nothing to say.
std::string check_permissions(const PluginFile& file);

}  // namespace enginebay::host
