// SPDX-License-Identifier: BSL-1.0
// SystemSettings: texts by key.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include <enginebay/rows.hpp>
#include <enginebay/value.hpp>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace teleclaude {

class Store;

/// A row of system_settings.
struct SystemSetting {
    std::string key;
    std::string value;
    std::optional<enginebay::Timestamp> updated_at;
};

constexpr auto fields(const SystemSetting*) {
    return std::tuple{enginebay::field("key", &SystemSetting::key),
                      enginebay::field("value", &SystemSetting::value),
                      enginebay::field("updated_at", &SystemSetting::updated_at)};
}

class SystemSettings {
public:
    explicit SystemSettings(Store& store) noexcept : store_{store} {}

    std::optional<std::string> get(const std::string& key);
    std::optional<SystemSetting> find(const std::string& key);
    /// In one statement, with the time.
    void set(const std::string& key, const std::string& value);
    std::vector<SystemSetting> all();

private:
    Store& store_;
};

}  // namespace teleclaude
