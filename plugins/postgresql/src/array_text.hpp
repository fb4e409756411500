// SPDX-License-Identifier: BSL-1.0
// Arrays of texts and integers: JSON on our side, the server's literals on the other.
// Threads: pure functions.
#pragma once

#include "libpq.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace enginebay::postgresql {

enum class ArrayKind : std::uint8_t { none, texts, integers };

/// What an array type holds; none for every other type.
ArrayKind array_kind(Oid type) noexcept;

/// `["a","b"]` or `[1,2]` as `{"a","b"}` or `{1,2}`, never longer; nothing where it is no flat JSON
/// array of texts and integers.
std::optional<std::string> array_literal(std::string_view json);

/// `{a,"b c",NULL}` as `["a","b c",null]`, or without the quotes. Throws Errc::value for an array
/// of arrays and for bounds that do not begin with 1.
std::string array_json(std::string_view literal, ArrayKind kind);

}  // namespace enginebay::postgresql
