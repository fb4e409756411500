// SPDX-License-Identifier: BSL-1.0
// Tables that use everything a declared schema can say, for the cases of the migrator.
// Threads: any.
#pragma once

#include <enginebay/schema.hpp>

#include <optional>
#include <string>
#include <vector>

namespace enginebay::conformance {

inline Column column(std::string name, ColumnType type, bool nullable = true,
                     std::optional<Default> fallback = {}) {
    Column result;
    result.name = std::move(name);
    result.type = type;
    result.nullable = nullable;
    result.fallback = std::move(fallback);
    return result;
}

inline Index index_on(std::string name, std::vector<IndexColumn> columns, bool unique = false,
                      std::string where = {}) {
    Index result;
    result.name = std::move(name);
    result.columns = std::move(columns);
    result.unique = unique;
    result.where = std::move(where);
    return result;
}

/// `folders`: an identity, a unique name.
Table folders_table();
/// `notes`: every type, defaults of every kind, every constraint, every kind of index.
Table notes_table();

}  // namespace enginebay::conformance
