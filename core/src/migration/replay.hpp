// SPDX-License-Identifier: BSL-1.0
// What operations make of a schema, without a database.
// Threads: pure.
#pragma once

#include <enginebay/operation.hpp>
#include <enginebay/revision.hpp>
#include <enginebay/schema.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace enginebay::migration {

/// Which list of a revision is meant.
enum class Way : std::uint8_t { up, down };

/// `upgrade` or `downgrade`.
const std::vector<Operation>& operations_of(const Revision& revision, Way way);

/// Changes `schema` as the operation does. Throws Errc::input when it cannot follow: a table that
/// is there already, a column that is not, a column that something still uses.
void apply(Schema& schema, const Operation& operation);

/// All operations of one list; an error names file and line.
void apply(Schema& schema, const Revision& revision, Way way = Way::up);

/// An effect as the operation it is, and back; none for what changes no structure.
Operation as_operation(const Effect& effect);
std::optional<Effect> as_effect(const Operation& operation);

/// The file, or the revision's name.
std::string place_of(const Revision& revision);

/// "file:line" of one operation, as far as known.
std::string place_of(const Revision& revision, std::size_t operation, Way way = Way::up);

/// Where two schemas differ, in words, without looking at the order of tables, columns and
/// constraints. Empty: they are the same.
std::vector<std::string> schema_differences(const Schema& declared, const Schema& replayed);

}  // namespace enginebay::migration
