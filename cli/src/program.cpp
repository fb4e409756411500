// SPDX-License-Identifier: BSL-1.0
// Makes the parts that the commands share.
#include "program.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace enginebay::cli {

const Settings& Program::settings() {
    if (!settings_) {
        SettingsSource source = process_source();
        source.config_file = options_.config;
        for (const std::string& text : options_.overrides) {
            const std::size_t equals = text.find('=');
            if (equals == std::string::npos || equals == 0) {
                throw Error{Errc::usage, "--set needs KEY=VALUE, e.g. --set database.port=5433"};
            }
            source.command_line[text.substr(0, equals)] = text.substr(equals + 1);
        }
        settings_ = load_settings({options_.product, ENGINEBAY_DEFAULT_ENGINE, {}}, source);
    }
    return *settings_;
}

PluginHost& Program::host() {
    if (!host_) {
        host_ =
            std::make_unique<PluginHost>(PluginHost::default_search_path(settings().plugin_path));
    }
    return *host_;
}

Engine& Program::engine() {
    if (!engine_) {
        engine_ = host().open(settings().database);
    }
    return *engine_;
}

std::unique_ptr<Engine> Program::offline_engine(const std::string& backend) {
    DatabaseConfig config = settings().database;
    if (!backend.empty() && backend != config.engine) {
        config.engine = backend;
        config.options.clear();  // another plugin's
    }
    return host().open(config);
}

const MigrationSet& Program::migration_set() {
    if (!migration_set_) {
        const std::filesystem::path& folder = settings().migrations;
        if (folder.empty()) {
            throw Error{Errc::configuration,
                        fmt::format("no migrations: migrations.path is not configured, and there "
                                    "is no ../share/{}/migrations beside the program",
                                    settings().database.product)};
        }
        migration_set_ = MigrationSet::load(folder);
    }
    return *migration_set_;
}

Migrations& Program::migrations() {
    if (!migrations_) {
        const MigrationSet& set = migration_set();  // cheaper to find wrong than a connection
        migrations_ = std::make_unique<Migrations>(engine(), settings().database.engine, set);
    }
    return *migrations_;
}

std::string describe(const LockHolder& holder) {
    std::string text =
        holder.pid == 0 ? std::string{"another process"} : fmt::format("pid {}", holder.pid);
    if (!holder.host.empty()) {
        text += " on " + holder.host;
    }
    if (!holder.since.empty()) {
        text += " since " + holder.since;
    }
    return text;
}

}  // namespace enginebay::cli
