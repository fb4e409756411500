// SPDX-License-Identifier: BSL-1.0
// ConfiguredStore: the store on the database that the daemon's configuration names, beside the
// daemon.
// Threads: as Store.  Ownership: owns plugin host, database and store.
#pragma once

#include "store/store.hpp"

#include <enginebay/database.hpp>
#include <enginebay/plugin_host.hpp>
#include <enginebay/settings.hpp>

#include <filesystem>

namespace teleclaude::load {

class ConfiguredStore {
public:
    /// An empty path: the file that the daemon would find. The database must exist.
    explicit ConfiguredStore(const std::filesystem::path& config)
        : settings_{settings(config)},
          host_{enginebay::PluginHost::default_search_path(settings_.plugin_path)},
          database_{enginebay::Database::open(settings_.database, host_,
                                              enginebay::Access::read_write)} {}

    [[nodiscard]] Store& store() noexcept { return store_; }

private:
    static enginebay::Settings settings(const std::filesystem::path& config) {
        enginebay::SettingsSource source = enginebay::process_source();
        if (!config.empty()) {
            source.config_file = config;
        }
        return enginebay::load_settings({"teleclaude", "sqlite", {}}, source);
    }

    enginebay::Settings settings_;
    enginebay::PluginHost host_;
    enginebay::Database database_;
    Store store_{database_};
};

}  // namespace teleclaude::load
