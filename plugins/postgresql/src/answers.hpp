// SPDX-License-Identifier: BSL-1.0
// What an answer of the server says besides its rows, and what a statement must be given.
// Threads: pure functions.
#pragma once

#include "libpq.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace enginebay::postgresql {

/// Rows inserted, updated, deleted or merged; 0 for every other statement.
std::int64_t rows_changed(PGresult* result) noexcept;

/// A prepared statement may have been made for a table that looks different now; it is worth
/// preparing again before the error is believed.
bool may_be_outdated(const PGresult* result) noexcept;

/// Throws Errc::usage where a statement was given too few or too many values.
void require_count(std::string_view sql, std::size_t wanted, std::size_t given);

}  // namespace enginebay::postgresql
