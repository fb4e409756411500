// SPDX-License-Identifier: BSL-1.0
// JSON kept as text: read without failing.
// Threads: pure functions.
#pragma once

#include <Poco/Dynamic/Var.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <optional>
#include <string>

namespace teleclaude {

/// One JSON document of any kind; nothing where `text` is none. The order of keys is kept.
std::optional<Poco::Dynamic::Var> parse_json(const std::string& text) noexcept;
/// The same, but only an object; nullptr otherwise.
Poco::JSON::Object::Ptr parse_json_object(const std::string& text) noexcept;
/// As text again.
std::string to_json(const Poco::Dynamic::Var& value);

/// The whole number that it is; nothing for anything else, a number that does not fit included.
std::optional<std::int64_t> json_integer(const Poco::Dynamic::Var& value);

}  // namespace teleclaude
