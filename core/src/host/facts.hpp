// SPDX-License-Identifier: BSL-1.0
// The facts in a plugin's note, and whether they fit this program.
#pragma once

#include <enginebay/plugin_host.hpp>

#include <map>
#include <string>
#include <string_view>

namespace enginebay::host {

using Facts = std::map<std::string, std::string, std::less<>>;

/// The `key=value` lines of a note. Throws Refusal for a text that is none.
Facts parse_facts(std::string_view text);

/// What is meant for people and for the program. Throws Refusal where something needed is missing.
PluginInfo info_of(const Facts& facts);

/// Throws Refusal with a table of the fields that differ from this program's.
void check_fit(const Facts& facts);

}  // namespace enginebay::host
