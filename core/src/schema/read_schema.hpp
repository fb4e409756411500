// SPDX-License-Identifier: BSL-1.0
// From YAML nodes to tables, columns, constraints and indexes: the part of the format that the
// declared schema and the revisions share.
// Threads: pure functions. Each throws the document's error, with the place in the file.
#pragma once

#include "yaml/document.hpp"

#include <enginebay/schema.hpp>

#include <filesystem>
#include <string>

namespace enginebay::schema {

Column read_column(const yaml::Node& node);
Index read_index(const yaml::Node& node);
SearchIndex read_search_index(const yaml::Node& node);
/// `name` is given where the table's name is a key above it, else empty.
Table read_table(const yaml::Node& node, std::string name = {});
/// Without or with the table it belongs to (which then may stand beside the other keys).
UniqueConstraint read_unique(const yaml::Node& node);
CheckConstraint read_check(const yaml::Node& node);
ForeignKey read_foreign_key(const yaml::Node& node);

/// A whole declared schema: `tables` and `unmanaged`; each table checked (check_table.hpp).
Schema read_schema(const yaml::Node& root);
Schema load_schema(const std::filesystem::path& file);

}  // namespace enginebay::schema
