// SPDX-License-Identifier: BSL-1.0
// What ENGINEBAY_PLUGIN makes, taken apart: for plugins whose note or descriptor is wrong on
// purpose.
#pragma once

#include <enginebay/plugin.hpp>

namespace enginebay::testing {

/// The facts this build would give `name`, with one line changed; value empty: the line left out.
consteval plugin_detail::Facts altered_facts(std::string_view name, std::string_view key,
                                             std::string_view value) {
    const plugin_detail::Facts usual =
        plugin_detail::make_facts(name, "1.0.0", "BSL-1.0", Location::file, Capabilities{});
    plugin_detail::Facts facts;
    std::string_view text{usual.text.data(), usual.size};
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        const std::string_view this_key = line.substr(0, line.find('='));
        if (this_key != key) {
            facts.line(this_key, line.substr(line.find('=') + 1));
        } else if (!value.empty()) {
            facts.line(key, value);
        }
        text.remove_prefix(line.size() + 1);
    }
    return facts;
}

}  // namespace enginebay::testing

#define ALTERED_NOTE(facts)                                                   \
    namespace {                                                               \
    [[gnu::section(".note.enginebay"), gnu::aligned(4),                       \
      gnu::used]] constexpr ::enginebay::plugin_detail::Note enginebay_note = \
        ::enginebay::plugin_detail::make_note(facts);                         \
    }

#define ALTERED_DESCRIPTOR(facts, open_function)                                                  \
    extern "C"                                                                                    \
        [[gnu::visibility("default")]] const ::enginebay::PluginDescriptor enginebay_plugin;      \
    const ::enginebay::PluginDescriptor enginebay_plugin{                                         \
        ::enginebay::plugin_contract, sizeof(::enginebay::PluginDescriptor), (facts).text.data(), \
        (facts).size, (open_function)};
