// SPDX-License-Identifier: BSL-1.0
// The words of the schema format and what they stand for, both ways.
#pragma once

#include <enginebay/schema.hpp>

#include <array>
#include <string_view>

namespace enginebay::schema {

/// One row per enumerator, in the order of the enumeration.
inline constexpr std::array<std::string_view, 9> column_type_names{
    "text", "integer", "real", "boolean", "timestamp", "json", "blob", "uuid", "identity"};
inline constexpr std::array<std::string_view, 5> referential_action_names{
    "no_action", "restrict", "cascade", "set_null", "set_default"};

static_assert(static_cast<std::size_t>(ColumnType::identity) + 1 == column_type_names.size());
static_assert(static_cast<std::size_t>(ReferentialAction::set_default) + 1 ==
              referential_action_names.size());

constexpr std::string_view name_of(ColumnType type) {
    return column_type_names.at(static_cast<std::size_t>(type));
}
constexpr std::string_view name_of(ReferentialAction action) {
    return referential_action_names.at(static_cast<std::size_t>(action));
}

}  // namespace enginebay::schema
