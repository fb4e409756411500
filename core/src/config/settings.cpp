// SPDX-License-Identifier: BSL-1.0
// load_settings(): the layers merged, and each value given its meaning.
#include "config/files.hpp"
#include "config/keys.hpp"
#include "config/layers.hpp"
#include "config/value.hpp"

#include <enginebay/error.hpp>
#include <enginebay/settings.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace enginebay {
namespace config {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view password = "database.password";
constexpr std::string_view password_file = "database.password_file";

void require_product(const ConfigSpec& spec) {
    const std::string& word = spec.product;
    const bool fits = !word.empty() && word.front() >= 'a' && word.front() <= 'z' &&
                      std::all_of(word.begin(), word.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                      });
    if (!fits) {
        throw Error{Errc::usage,
                    fmt::format("'{}' is no product: a word of lower-case letters, digits and _ "
                                "that begins with a letter",
                                word)};
    }
}

bool names_password(const Values& layer, std::string_view key) {
    return layer.single.find(std::string{key}) != layer.single.end();
}

/// Adds what `lower` says about keys that nothing above it mentions. Password and password file are
/// one thing said in two ways.
void merge_below(Values& upper, Values lower) {
    if (names_password(lower, password) && names_password(lower, password_file)) {
        throw refusal(lower.single.at(std::string{password_file}), password_file,
                      "stands beside database.password; give one of them");
    }
    if (names_password(upper, password) || names_password(upper, password_file)) {
        lower.single.erase(std::string{password});
        lower.single.erase(std::string{password_file});
    }
    upper.single.merge(lower.single);
}

/// Gives the merged values their meaning and keeps where each came from.
class Reader {
public:
    Reader(const Values& values, Settings& settings) : values_{values}, settings_{settings} {}

    void read() {
        for (const auto& [key, value] : values_.single) {
            static_cast<void>(plain(value, key));
        }
        database();
        pool();
        options();
        if (const Value* value = find("migrations.path")) {
            settings_.migrations = value->text;
        }
        settings_.on_start = on_start(need("migrations.on_start"), "migrations.on_start");
        for (const Value& folder : values_.folders) {
            settings_.plugin_path.emplace_back(plain(folder, "plugins.path"));
        }
        origins();
    }

private:
    [[nodiscard]] const Value* find(std::string_view key) const {
        const auto found = values_.single.find(std::string{key});
        return found == values_.single.end() ? nullptr : &found->second;
    }
    [[nodiscard]] const Value& need(std::string_view key) const {
        return values_.single.at(std::string{key});
    }
    [[nodiscard]] std::string text(std::string_view key) const {
        const Value* value = find(key);
        return value == nullptr ? std::string{} : value->text;
    }

    void database() {
        DatabaseConfig& config = settings_.database;
        config.engine = engine_name(need("database.engine"), "database.engine");
        config.path = text("database.path");
        config.host = text("database.host");
        if (const Value* port = find("database.port")) {
            config.port = static_cast<std::uint16_t>(
                number(*port, "database.port", 1, std::numeric_limits<std::uint16_t>::max()));
        }
        config.dbname = text("database.dbname");
        config.user = text("database.user");
        config.password = text(password);
        if (const Value* file = find(password_file)) {
            config.password = read_password_file(*file);
        }
    }

    void pool() {
        constexpr std::uint32_t most = 1000;
        PoolConfig& config = settings_.database.pool;
        config.size = number(need("database.pool.size"), "database.pool.size", 1, most);
        config.overflow = number(need("database.pool.overflow"), "database.pool.overflow", 0, most);
        config.timeout = duration(need("database.pool.timeout"), "database.pool.timeout");
        config.recycle = duration(need("database.pool.recycle"), "database.pool.recycle");
    }

    void options() {
        constexpr std::string_view prefix = "database.options.";
        for (const auto& [key, value] : values_.single) {
            if (key.starts_with(prefix)) {
                settings_.database.options.emplace(key.substr(prefix.size()), value.text);
            }
            constexpr std::string_view section = "database.";
            if (key.starts_with(section)) {
                settings_.database.written_at.emplace(key.substr(section.size()), value.where);
            }
        }
    }

    void origins() {
        const auto add = [this](const std::string& key, const Value& value) {
            settings_.origins.push_back({key, is_secret(key) ? "***" : value.text, value.source});
        };
        for (const Key& key : known_keys()) {
            if (const Value* value = find(key.name)) {
                add(std::string{key.name}, *value);
            }
            if (key.name == password_file && find(key.name) != nullptr) {
                add(std::string{password}, {{}, find(key.name)->text, {}});
            }
            if (key.kind == KeyKind::options) {
                for (const auto& [name, value] : settings_.database.options) {
                    const std::string whole = std::string{key.name} + '.' + name;
                    add(whole, need(whole));
                }
            }
            if (key.kind == KeyKind::folders) {
                for (const Value& folder : values_.folders) {
                    add(std::string{key.name}, folder);
                }
            }
        }
    }

    const Values& values_;
    Settings& settings_;
};

SettingsSource completed(const SettingsSource& given) {
    SettingsSource source = given;
    source.current_directory = given.current_directory.empty()
                                   ? fs::current_path()
                                   : fs::absolute(given.current_directory);
    return source;
}

}  // namespace
}  // namespace config

Settings load_settings(const ConfigSpec& spec, const SettingsSource& given) {
    using namespace config;
    require_product(spec);
    const SettingsSource source = completed(given);
    const std::optional<ConfigFile> file = read_config_file(spec, source);

    Settings settings;
    settings.database.product = spec.product;
    settings.working_dir = file ? file->folder : source.current_directory;
    if (const std::string* named = variable(source, "WORKING_DIR")) {
        settings.working_dir = source.current_directory / *named;
    }

    Values values = command_line_layer(source);
    Values environment = environment_layer(spec, source);
    Values in_file;
    if (file) {
        settings.file = file->path;
        Variables variables = source.environment;
        variables["WORKING_DIR"] = settings.working_dir.string();
        in_file = file_layer(*file, variables, settings.working_dir, source);
    }
    values.folders.insert(values.folders.end(), in_file.folders.begin(), in_file.folders.end());
    values.folders.insert(values.folders.end(), environment.folders.begin(),
                          environment.folders.end());
    merge_below(values, std::move(environment));
    merge_below(values, std::move(in_file));
    merge_below(values, default_layer(spec, settings.working_dir, source));
    Reader{values, settings}.read();
    return settings;
}

}  // namespace enginebay
