// SPDX-License-Identifier: BSL-1.0
// Refusing configured values: how a plugin does it, with the place where the value was written.
// Threads: any.
//
// For an author of a backend: check DatabaseConfig::options in PluginDescriptor::open, before
// anything is connected, and throw what these return. Never show a value that may be a secret.
#pragma once

#include <enginebay/config.hpp>
#include <enginebay/error.hpp>
#include <enginebay/export.hpp>

#include <span>
#include <string>
#include <string_view>

namespace enginebay {

/// " (did you mean 'x'?)" where one of `known` is near `word`, else empty.
ENGINEBAY_API std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> known);

/// Errc::configuration: "<file>:<line>:<column>: database.<key>: <why>"; `key` as in
/// DatabaseConfig::written_at.
[[nodiscard]] ENGINEBAY_API Error refused_value(const DatabaseConfig& config, std::string_view key,
                                                std::string_view why);

/// The same for an option that the backend does not have.
[[nodiscard]] ENGINEBAY_API Error unknown_option(const DatabaseConfig& config,
                                                 std::string_view option,
                                                 std::span<const std::string_view> known);

}  // namespace enginebay
