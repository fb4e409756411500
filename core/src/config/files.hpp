// SPDX-License-Identifier: BSL-1.0
// The files a configuration is made of: found, read with a bound, checked.
#pragma once

#include "config/value.hpp"

#include <enginebay/settings.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace enginebay::config {

struct ConfigFile {
    std::filesystem::path path;  ///< absolute
    std::filesystem::path folder;
    std::string text;
};

/// --config, else <PRODUCT>_CONFIG_PATH, else <product>.yml in the current directory; absent where
/// none was named and none is there. A file that is named must be there.
[[nodiscard]] std::optional<ConfigFile> read_config_file(const ConfigSpec& spec,
                                                         const SettingsSource& source);

/// The password in the file `value` names. One newline at the end is not part of it.
[[nodiscard]] std::string read_password_file(const Value& value);

/// "TELE" for "tele": the beginning of a product's variables.
[[nodiscard]] std::string variable_prefix(const ConfigSpec& spec);

/// The variable's value; nullptr where it is unset or empty.
[[nodiscard]] const std::string* variable(const SettingsSource& source, const std::string& name);

/// `path` with `~/` replaced by the home folder, seen from `base`.
[[nodiscard]] std::filesystem::path resolved(const std::string& path,
                                             const std::filesystem::path& base,
                                             const SettingsSource& source);

}  // namespace enginebay::config
