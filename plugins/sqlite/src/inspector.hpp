// SPDX-License-Identifier: BSL-1.0
// The structure of a SQLite database as facts, from its catalogue.
// Threads: used by the thread that uses the connection.
#pragma once

#include <enginebay/schema.hpp>

#include <span>
#include <string>

struct sqlite3;

namespace enginebay::sqlite {

/// All facts, sorted, without SQLite's own tables, shadow tables and what matches `ignored`.
[[nodiscard]] Structure read_structure(sqlite3* db, std::span<const std::string> ignored);

}  // namespace enginebay::sqlite
