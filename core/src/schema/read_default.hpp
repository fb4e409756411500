// SPDX-License-Identifier: BSL-1.0
// A column's default, from YAML, in the type of the column.
#pragma once

#include "yaml/document.hpp"

#include <enginebay/schema.hpp>

#include <optional>

namespace enginebay::schema {

/// None for null: a column without a default has NULL anyway.
std::optional<Default> read_default(const yaml::Node& node, ColumnType type);

}  // namespace enginebay::schema
