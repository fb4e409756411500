// SPDX-License-Identifier: BSL-1.0
// The columns of sessions by name, and what their values mean.
// Threads: pure functions.
#pragma once

#include <enginebay/value.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace teleclaude {

enum class Meaning : std::uint8_t { text, time, truth, number, json };

struct SessionColumn {
    std::string_view name;
    Meaning meaning{Meaning::text};
    bool nullable{true};
};

std::span<const SessionColumn> session_columns() noexcept;

/// New values by field: nothing (std::monostate) clears it.
using SessionChanges = std::map<std::string, enginebay::Value, std::less<>>;

/// Throws Errc::usage, listing the fields, for a name that sessions do not have.
const SessionColumn& session_column(std::string_view name);

/// What a backend without a type for it gives as text or a number, as what it means.
enginebay::Value with_meaning(enginebay::Value value, Meaning meaning);

/// `value` as this column takes it: text for a time is parsed, 0 and 1 are truth values. Throws
/// Errc::value naming the column for what does not fit.
enginebay::Value checked_value(const SessionColumn& column, const enginebay::Value& value);

/// Each value as its column takes it; '' for a tmux session is none. Throws as those above.
SessionChanges checked_changes(const SessionChanges& changes);

}  // namespace teleclaude
