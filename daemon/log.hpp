// SPDX-License-Identifier: BSL-1.0
// The daemon's log: one line an event on standard error, through Poco's logger.
// Threads: any.
#pragma once

#include <Poco/Logger.h>

#include <string>

namespace teleclaude {

/// Lines with UTC time, level and text to standard error, from `level` up.
void set_up_log(const std::string& level);
/// Throws Errc::configuration for a word that is no level.
void set_log_level(const std::string& level);
Poco::Logger& log();

}  // namespace teleclaude
