// SPDX-License-Identifier: BSL-1.0
// The layers beside the file: environment, command line, defaults.
#include "config/keys.hpp"
#include "config/layers.hpp"

#include <fmt/format.h>

#include <array>

namespace enginebay::config {
namespace {

namespace fs = std::filesystem;

struct VariableKey {
    std::string_view suffix;
    std::string_view key;
};

constexpr std::array variable_keys{
    VariableKey{"_DB_ENGINE", "database.engine"},     VariableKey{"_DB_PATH", "database.path"},
    VariableKey{"_DB_HOST", "database.host"},         VariableKey{"_DB_PORT", "database.port"},
    VariableKey{"_DB_NAME", "database.dbname"},       VariableKey{"_DB_USER", "database.user"},
    VariableKey{"_DB_PASSWORD", "database.password"},
};

constexpr std::string_view plugin_path_variable = "ENGINEBAY_PLUGIN_PATH";

/// Verbatim but for the folder it is seen from: neither `~` nor ${} means anything here.
std::string from_current(const std::string& path, const SettingsSource& source) {
    return path == ":memory:" ? path : (source.current_directory / path).string();
}

void add_folders(Values& values, std::string_view list, const Value& origin) {
    while (!list.empty()) {
        const std::size_t colon = list.find(':');
        const std::string folder{list.substr(0, colon)};
        list = colon == std::string_view::npos ? std::string_view{} : list.substr(colon + 1);
        if (folder.empty()) {
            continue;
        }
        // A plugin is code: where it comes from must not depend on where a program is started.
        if (!fs::path{folder}.is_absolute()) {
            throw refusal(origin, "plugins.path",
                          fmt::format("'{}' is relative; write the whole path", folder));
        }
        values.folders.push_back({folder, origin.source, origin.where});
    }
}

}  // namespace

Values environment_layer(const ConfigSpec& spec, const SettingsSource& source) {
    Values values;
    const std::string prefix = variable_prefix(spec);
    for (const VariableKey& entry : variable_keys) {
        const std::string name = prefix + std::string{entry.suffix};
        const std::string* text = variable(source, name);
        if (text == nullptr) {
            continue;
        }
        const std::string origin = "environment " + name;
        const bool is_path = entry.key == "database.path";
        values.single.emplace(entry.key,
                              Value{is_path ? from_current(*text, source) : *text, origin, origin});
    }
    const std::string name{plugin_path_variable};
    if (const std::string* list = variable(source, name)) {
        const std::string origin = "environment " + name;
        add_folders(values, *list, {{}, origin, origin});
    }
    return values;
}

Values command_line_layer(const SettingsSource& source) {
    Values values;
    for (const auto& [key, text] : source.command_line) {
        const Value origin{{}, "command line", "command line"};
        const Key* known = find_key(key);
        if (known == nullptr || known->kind == KeyKind::options) {
            throw Error{Errc::usage,
                        fmt::format("command line: unknown key '{}'{}", key,
                                    suggestion("database", key.substr(key.rfind('.') + 1)))};
        }
        if (is_secret(key)) {
            throw Error{Errc::usage,
                        fmt::format("command line: {} would show in the list of processes; use the "
                                    "environment, the file, or database.password_file",
                                    key)};
        }
        if (known->kind == KeyKind::folders) {
            add_folders(values, text, origin);
            continue;
        }
        const bool is_path = known->kind == KeyKind::path;
        if (is_path && text.empty()) {
            throw refusal(origin, key, "is empty");
        }
        values.single.emplace(
            key, Value{is_path ? from_current(text, source) : text, origin.source, origin.where});
    }
    return values;
}

Values default_layer(const ConfigSpec& spec, const fs::path& working_dir,
                     const SettingsSource& source) {
    const auto preset = [](std::string text) {
        return Value{std::move(text), "default", "default"};
    };
    const std::string path = spec.default_path.empty() ? spec.product + ".db" : spec.default_path;
    Values values;
    values.single = {
        {"database.engine", preset(spec.default_engine)},
        {"database.path", preset(path == ":memory:" ? path : (working_dir / path).string())},
        {"database.pool.size", preset("5")},
        {"database.pool.overflow", preset("3")},
        {"database.pool.timeout", preset("30s")},
        {"database.pool.recycle", preset("1h")},
        {"migrations.on_start", preset("upgrade")},
    };
    if (source.program.is_absolute()) {
        const fs::path beside =
            source.program.parent_path().parent_path() / "share" / spec.product / "migrations";
        std::error_code failed;
        if (fs::is_directory(beside, failed)) {
            values.single.emplace("migrations.path", preset(beside.string()));
        }
    }
    return values;
}

}  // namespace enginebay::config
