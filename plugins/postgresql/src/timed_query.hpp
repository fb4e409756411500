// SPDX-License-Identifier: BSL-1.0
// query_within(): one statement with a limit on the client's side, for a line that may be dead.
// Threads: one thread per connection.
#pragma once

#include "libpq.hpp"

#include <chrono>
#include <string>

namespace enginebay::postgresql {

/// The result, or null with the reason in `why` when there was none within `limit`. After that the
/// connection is in an unknown state and good for closing only.
Result query_within(PGconn* handle, const char* sql, std::chrono::milliseconds limit,
                    std::string& why);

}  // namespace enginebay::postgresql
