// SPDX-License-Identifier: BSL-1.0
// PluginHost's state, and the words its two halves (loading; listing and checking) share.
#pragma once

#include <enginebay/plugin.hpp>
#include <enginebay/plugin_host.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay {

struct PluginHost::Impl {
    struct Loaded {
        PluginReport report;
        const PluginDescriptor* descriptor{nullptr};
    };

    std::vector<std::filesystem::path> search_path;
    std::map<std::string, Loaded, std::less<>> loaded;  // guarded by host::loading()

    /// The plugin `name`, loaded if it was not. Throws Errc::plugin.
    const Loaded& require(std::string_view name);
};

namespace host {

/// One line of a list of candidates; a problem of several lines stands indented below its file.
std::string candidate_line(const std::filesystem::path& file, const std::string& problem);

/// The whole message: `lines` of candidates, and the names of what else is there.
std::string no_usable_plugin(std::string_view name, const std::string& lines,
                             const std::vector<std::filesystem::path>& search_path);

/// Throws Errc::plugin for what can be no plugin's name.
void require_plugin_name(std::string_view name);

}  // namespace host
}  // namespace enginebay
