// SPDX-License-Identifier: BSL-1.0
// What operations make of a schema, without a database.
// Threads: pure.
#pragma once

#include <enginebay/operation.hpp>
#include <enginebay/revision.hpp>
#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

/// Changes `schema` as the operation does. Throws Errc::input when it cannot follow: a table that
/// is there already, a column that is not.
void apply(Schema& schema, const Operation& operation);

/// All operations of a revision; an error names file and line.
void apply(Schema& schema, const Revision& revision);

/// "file:line" of one operation of `upgrade`, as far as known.
std::string place_of(const Revision& revision, std::size_t operation);

/// Where two schemas differ, in words, without looking at the order of tables, columns and
/// constraints. Empty: they are the same.
std::vector<std::string> schema_differences(const Schema& declared, const Schema& replayed);

}  // namespace enginebay::migration
