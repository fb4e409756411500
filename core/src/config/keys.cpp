// SPDX-License-Identifier: BSL-1.0
// The table of keys, and how near two words are.
#include "config/keys.hpp"

#include "yaml/document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <vector>

namespace enginebay::config {
namespace {

constexpr std::array keys{
    Key{"database.engine", KeyKind::text},       Key{"database.path", KeyKind::path},
    Key{"database.host", KeyKind::text},         Key{"database.port", KeyKind::text},
    Key{"database.dbname", KeyKind::text},       Key{"database.user", KeyKind::text},
    Key{"database.password", KeyKind::secret},   Key{"database.password_file", KeyKind::path},
    Key{"database.pool.size", KeyKind::text},    Key{"database.pool.overflow", KeyKind::text},
    Key{"database.pool.timeout", KeyKind::text}, Key{"database.pool.recycle", KeyKind::text},
    Key{"database.options", KeyKind::options},   Key{"plugins.path", KeyKind::folders},
    Key{"migrations.path", KeyKind::path},       Key{"migrations.on_start", KeyKind::text},
};

constexpr std::string_view options_prefix = "database.options.";

/// The names that may stand directly in a section, in the order of the table.
std::vector<std::string_view> children_of(std::string_view section) {
    std::vector<std::string_view> names;
    const std::string prefix = section.empty() ? std::string{} : std::string{section} + '.';
    for (const Key& key : keys) {
        if (!key.name.starts_with(prefix)) {
            continue;
        }
        const std::string_view rest = key.name.substr(prefix.size());
        const std::string_view name = rest.substr(0, rest.find('.'));
        if (std::find(names.begin(), names.end(), name) == names.end()) {
            names.push_back(name);
        }
    }
    return names;
}

}  // namespace

std::span<const Key> known_keys() noexcept { return keys; }

const Key* find_key(std::string_view name) noexcept {
    static constexpr Key option{"database.options.*", KeyKind::text};
    if (name.size() > options_prefix.size() && name.starts_with(options_prefix)) {
        return &option;
    }
    const auto* found =
        std::find_if(keys.begin(), keys.end(), [name](const Key& key) { return key.name == name; });
    return found == keys.end() ? nullptr : found;
}

bool is_section(std::string_view name) noexcept {
    return std::any_of(keys.begin(), keys.end(), [name](const Key& key) {
        return key.name.size() > name.size() && key.name.starts_with(name) &&
               key.name[name.size()] == '.';
    });
}

bool is_secret(std::string_view name) noexcept {
    const Key* key = find_key(name);
    if (key == nullptr || key->kind == KeyKind::secret) {
        return true;
    }
    // Options belong to plugins; those that carry a secret say so in their name.
    if (!name.starts_with(options_prefix)) {
        return false;
    }
    const std::string_view option = name.substr(options_prefix.size());
    const auto names = [option](std::string_view word) {
        return option.find(word) != std::string_view::npos;
    };
    return names("password") || names("secret") || names("token");
}

std::string suggestion(std::string_view section, std::string_view child) {
    const std::vector<std::string_view> names = children_of(section);
    if (std::string near = yaml::did_you_mean(child, names); !near.empty()) {
        return near;
    }
    // A key that is right, one section further down or up.
    for (const Key& key : keys) {
        if (key.name.substr(key.name.rfind('.') + 1) == child) {
            return fmt::format(" (did you mean '{}'?)", key.name);
        }
    }
    return fmt::format(" (known: {})", fmt::join(names, ", "));
}

}  // namespace enginebay::config
