// SPDX-License-Identifier: BSL-1.0
// Settings: a product's whole configuration of its database, from file, environment and command
// line, and where each value came from.
// Threads: plain values; load_settings() touches nothing but the file it reads.
//
// No library code reads the environment: main passes it in.
#pragma once

#include <enginebay/config.hpp>
#include <enginebay/export.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace enginebay {

/// What makes one product's configuration; everything else follows from the two words.
struct ConfigSpec {
    std::string product;  ///< `[a-z][a-z0-9_]*`: file `<product>.yml`, variables `<PRODUCT>_*`
    std::string default_engine;  ///< where the configuration names none
    /// Where a file backend puts its database when nothing says otherwise, under WORKING_DIR;
    /// empty: `<product>.db`.
    std::string default_path;
};

enum class OnStart : std::uint8_t { upgrade, check, off };

/// One effective value, for `config` and for questions like "why is it that?".
struct Setting {
    std::string key;     ///< e.g. "database.pool.size"
    std::string value;   ///< a secret shows as "***"
    std::string source;  ///< "default", "<file>:<line>", "environment <NAME>", "command line"
};

struct Settings {
    DatabaseConfig database;
    std::vector<std::filesystem::path> plugin_path;
    std::filesystem::path migrations;  ///< empty: none configured nor found
    OnStart on_start{OnStart::upgrade};
    std::filesystem::path file;         ///< the configuration file; empty: none was there
    std::filesystem::path working_dir;  ///< what WORKING_DIR stood for
    std::vector<Setting> origins;
};

/// Everything load_settings() depends on.
struct SettingsSource {
    std::map<std::string, std::string> environment;
    std::optional<std::filesystem::path> config_file;  ///< --config
    std::map<std::string, std::string> command_line;   ///< key as in Setting::key -> value
    std::filesystem::path program;                     ///< the running program's file
    std::filesystem::path current_directory;
};

/// The process's own environment and program file, for main.
ENGINEBAY_API SettingsSource process_source();

/// Precedence: command line, environment, file, defaults. Throws Errc::configuration with
/// file:line:column and, where one is near, the key that was meant.
ENGINEBAY_API Settings load_settings(const ConfigSpec& spec, const SettingsSource& source);

}  // namespace enginebay
