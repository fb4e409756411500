// SPDX-License-Identifier: BSL-1.0
// One connection to the daemon's socket: who is at the other end, and its one request.
// Threads: one per connection.
#pragma once

#include "api/http.hpp"

#include <chrono>
#include <string_view>

namespace teleclaude {

/// Reads one request from `fd`, whose `head` has been looked at, answers it, closes `fd`. Each
/// transfer may take `transfer`, the whole body twice that. Never throws.
void serve_connection(int fd, std::string_view head, const Router& router,
                      std::chrono::seconds transfer) noexcept;

/// Says 503 without reading, and closes `fd`: there is no thread for it. Never waits.
void turn_away(int fd) noexcept;

}  // namespace teleclaude
