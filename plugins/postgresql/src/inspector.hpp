// SPDX-License-Identifier: BSL-1.0
// Inspector: what the catalogue says about the current schema, as facts that can be compared.
// Threads: as the connection it is given.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/schema.hpp>

#include <span>
#include <string>

namespace enginebay::postgresql {

/// The structure of the first schema of the session's search_path, sorted; nothing in it tells
/// which schema that was.
Structure inspect_schema(Connection& connection, std::span<const std::string> ignored);

}  // namespace enginebay::postgresql
