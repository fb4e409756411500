// SPDX-License-Identifier: BSL-1.0
// The one place where SQLite's errors become enginebay::Error.
// Threads: pure functions; native_error() is called by the thread that uses the connection.
#pragma once

#include <enginebay/error.hpp>

#include <string>
#include <string_view>

struct sqlite3;

namespace enginebay::sqlite {

/// What an extended result code means for the caller.
[[nodiscard]] Errc code_of(int extended) noexcept;

/// The error of the call that just failed on `db`. `attempted` begins the message ("run the
/// statement"); `sql` is the statement at fault, or empty.
[[nodiscard]] Error native_error(sqlite3* db, std::string_view attempted, std::string_view sql);

/// The same for a code and a message that no longer stand in a connection.
[[nodiscard]] Error make_error(int extended, std::string_view reason, std::string_view attempted,
                               std::string_view sql);

/// A statement cut to a length that fits a message.
[[nodiscard]] std::string shorten(std::string_view sql);

/// What SQLite's message names: the constraint, column or table; empty where it names none.
[[nodiscard]] std::string object_of(std::string_view message);

}  // namespace enginebay::sqlite
