// SPDX-License-Identifier: BSL-1.0
// The head of a request, checked before the HTTP library sees it: what it would answer without a
// body, or misread, is answered here.
// Threads: pure functions.
#pragma once

#include "api/http.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace teleclaude {

/// Why this head cannot be served; nothing where it can. `most` is the limit of a
/// Content-Length.
std::optional<Answer> refuse_head(std::string_view head, std::size_t most);

/// The answer as bytes of HTTP/1.1, for a connection that is closed after it.
std::string raw_answer(const Answer& answer);

}  // namespace teleclaude
