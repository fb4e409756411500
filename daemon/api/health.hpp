// SPDX-License-Identifier: BSL-1.0
// GET /health and GET /ready: how the daemon is.
// Threads: many at once.
#pragma once

#include "api/http.hpp"

#include <functional>
#include <string>

namespace teleclaude {

/// What is asked about the daemon; each may be called by many threads at once.
struct HealthSource {
    std::string engine;
    std::string revision;
    std::function<bool()> lock_held;
    std::function<std::string()> database_failure;  ///< empty: it answers
    std::function<bool()> ready;                    ///< started, and not ending
};

Resource health_resource(HealthSource source);
Resource ready_resource(HealthSource source);

}  // namespace teleclaude
