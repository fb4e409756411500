// SPDX-License-Identifier: BSL-1.0
// SystemSettings: the statements.
#include "store/settings.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

namespace teleclaude {

using enginebay::Session;

std::optional<std::string> SystemSettings::get(const std::string& key) {
    const std::optional<SystemSetting> found = find(key);
    return found ? std::optional{found->value} : std::nullopt;
}

std::optional<SystemSetting> SystemSettings::find(const std::string& key) {
    return store_.read([&](Session& session) {
        return read_first<SystemSetting>(
            session,
            Statement{"SELECT key, value, updated_at FROM system_settings WHERE key = ?", key});
    });
}

void SystemSettings::set(const std::string& key, const std::string& value) {
    store_.write([&](Session& session) {
        session.upsert("system_settings", {"key"}, SystemSetting{key, value, enginebay::now()});
    });
}

std::vector<SystemSetting> SystemSettings::all() {
    return store_.read([&](Session& session) {
        return read_all<SystemSetting>(
            session, Statement{"SELECT key, value, updated_at FROM system_settings ORDER BY key"});
    });
}

}  // namespace teleclaude
