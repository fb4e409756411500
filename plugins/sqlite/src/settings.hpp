// SPDX-License-Identifier: BSL-1.0
// The settings of every connection: set, and read back.
// Threads: used by the thread that uses the connection.
#pragma once

#include "options.hpp"

#include <enginebay/engine.hpp>

#include <string>
#include <vector>

struct sqlite3;

namespace enginebay::sqlite {

/// What kind of connection it is decides which settings make sense on it.
enum class Medium : std::uint8_t { file, read_only_file, memory };

/// Sets everything and reads it back. Throws Errc::configuration naming the pragma whose value is
/// another one than asked for.
void apply_settings(sqlite3* db, const Options& options, Medium medium);

/// The settings as SQLite itself reports them.
[[nodiscard]] std::vector<EffectiveSetting> read_settings(sqlite3* db);

}  // namespace enginebay::sqlite
