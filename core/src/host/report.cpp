// SPDX-License-Identifier: BSL-1.0
// The messages about a whole search.
#include "host/report.hpp"

#include "host/name.hpp"
#include "host/refusal.hpp"
#include "host/search.hpp"

#include <enginebay/error.hpp>

#include <set>

namespace enginebay::host {
namespace fs = std::filesystem;

std::string candidate_line(const fs::path& file, const std::string& problem) {
    constexpr std::string_view indented = "\n    ";
    std::string text = problem;
    for (std::size_t at = 0; (at = text.find('\n', at)) != std::string::npos;) {
        text.replace(at, 1, indented);
        at += indented.size();
    }
    return "\n  " + file.string() + ": " + text;
}

std::string no_usable_plugin(std::string_view name, const std::string& lines,
                             const std::vector<fs::path>& search_path) {
    std::set<std::string> names;
    for (const fs::path& folder : search_path) {
        for (const fs::path& file : read_folder(folder).files) {
            if (is_plugin_name(file.stem().string())) {
                names.insert(file.stem().string());
            }
        }
    }
    names.erase(std::string{name});
    std::string others;
    for (const std::string& other : names) {
        others += (others.empty() ? "" : ", ") + other;
    }
    return "no usable plugin '" + std::string{name} +
           "'. Looked at:" + (lines.empty() ? "\n  nothing: the search path is empty" : lines) +
           (others.empty() ? "\nNo other plugin is there either."
                           : "\nOther plugins there: " + others + ".") +
           " Install the plugin into one of these folders, or add its folder to plugins.path.";
}

void require_plugin_name(std::string_view name) {
    if (name.empty()) {
        throw Error{Errc::plugin, "no engine is named: give the name of a plugin"};
    }
    if (!is_plugin_name(name)) {
        throw Error{Errc::plugin, "'" + printable(std::string{name}) +
                                      "' names no plugin: " + std::string{name_rule}};
    }
}

}  // namespace enginebay::host
