// SPDX-License-Identifier: BSL-1.0
// The layers a configuration is made of, each as values with their origin.
//
// A layer is a plain map and the layers are merged, rather than stacked in a LayeredConfiguration:
// that one cannot say which layer a value came from, and expands ${} in ways of its own.
#pragma once

#include "config/expansion.hpp"
#include "config/files.hpp"
#include "config/value.hpp"

#include <enginebay/settings.hpp>

namespace enginebay::config {

/// What the sections of ours in the file say; variables expanded, paths absolute. Throws
/// Errc::configuration with the position for everything that must not be there.
[[nodiscard]] Values file_layer(const ConfigFile& file, const Variables& variables,
                                const std::filesystem::path& working_dir,
                                const SettingsSource& source);

/// <PRODUCT>_DB_*; and ENGINEBAY_PLUGIN_PATH. Paths are seen from the current directory.
[[nodiscard]] Values environment_layer(const ConfigSpec& spec, const SettingsSource& source);

/// SettingsSource::command_line. Errc::usage for an unknown key and for a password, which every
/// user could read in the process list.
[[nodiscard]] Values command_line_layer(const SettingsSource& source);

/// What holds where nothing is said.
[[nodiscard]] Values default_layer(const ConfigSpec& spec, const std::filesystem::path& working_dir,
                                   const SettingsSource& source);

}  // namespace enginebay::config
