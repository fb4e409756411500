// SPDX-License-Identifier: BSL-1.0
// One connection to the daemon's socket: who is at the other end, and its one request.
// Threads: one per connection.
#pragma once

#include "api/http.hpp"

#include <chrono>

namespace teleclaude {

/// Reads one request from `fd`, answers it, closes `fd`. Never throws.
void serve_connection(int fd, const Router& router, std::chrono::seconds transfer) noexcept;

/// Says 503 without reading, and closes `fd`: there is no thread for it. Never waits.
void turn_away(int fd) noexcept;

}  // namespace teleclaude
