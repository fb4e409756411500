// SPDX-License-Identifier: BSL-1.0
// One configured value with where it was written, and what it means.
#pragma once

#include <enginebay/error.hpp>
#include <enginebay/settings.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::config {

struct Value {
    std::string text;
    std::string source;  ///< as in Setting::source
    std::string where;   ///< "<file>:<line>:<column>", or the same as `source`
};

/// The values of one layer, or of all of them after merging.
struct Values {
    std::map<std::string, Value> single;  ///< by key, options too
    std::vector<Value> folders;           ///< plugins.path, in order
};

/// Errc::configuration: "<where>: <key>: <why>".
[[nodiscard]] Error refusal(const Value& value, std::string_view key, std::string_view why);

// Each throws refusal() where the text does not mean such a thing.
[[nodiscard]] std::string engine_name(const Value& value, std::string_view key);
[[nodiscard]] std::uint32_t number(const Value& value, std::string_view key, std::uint32_t least,
                                   std::uint32_t most);
[[nodiscard]] std::chrono::milliseconds duration(const Value& value, std::string_view key);
[[nodiscard]] OnStart on_start(const Value& value, std::string_view key);
/// `text` itself, checked: text that no backend and no file system takes is refused.
[[nodiscard]] const std::string& plain(const Value& value, std::string_view key);

}  // namespace enginebay::config
