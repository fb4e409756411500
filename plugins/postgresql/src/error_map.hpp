// SPDX-License-Identifier: BSL-1.0
// The one place where what libpq and the server report becomes an enginebay::Error.
// Threads: pure functions of their arguments.
#pragma once

#include "libpq.hpp"

#include <enginebay/error.hpp>

#include <string>
#include <string_view>

namespace enginebay::postgresql {

/// What the caller does next about an SQLSTATE that a statement got on a living connection.
Errc code_of(std::string_view sqlstate) noexcept;

/// The error a result stands for. `doing` says what was attempted ("running", "preparing"); `sql`
/// is the statement as the caller wrote it.
Error result_error(PGconn* handle, const PGresult* result, std::string_view doing,
                   std::string_view sql);

/// A connection that is gone, or was found gone.
Error lost_error(PGconn* handle, std::string_view doing, std::string_view sql);

/// The SQLSTATE of a result, empty where it has none.
std::string_view sqlstate_of(const PGresult* result) noexcept;

/// Whether the connection is gone. After a failed write libpq takes it for sound until something is
/// read: an error that no server sent makes this look.
bool is_lost(PGconn* handle, const PGresult* result) noexcept;

/// Whether a prepared statement no longer fits what it was prepared for.
bool is_stale_plan(const PGresult* result) noexcept;

/// libpq's text without its line breaks and trailing white space.
std::string one_line(std::string_view text);

/// Why a connection could not be made. `text` is libpq's, with the SQLSTATE in it where the server
/// gave one (error verbosity "verbose").
Error connect_error(std::string_view where, std::string_view text);

}  // namespace enginebay::postgresql
