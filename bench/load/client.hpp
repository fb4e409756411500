// SPDX-License-Identifier: BSL-1.0
// One request over a Unix socket, with nothing between the measure and the daemon.
// Threads: pure function.
#pragma once

#include <string>

namespace teleclaude::load {

struct Reply {
    int status{0};  ///< 0: nobody answered, or the answer broke off
    bool retry_after{false};
    std::string body;
};

Reply ask(const std::string& socket, const std::string& method, const std::string& path,
          const std::string& body = {});

}  // namespace teleclaude::load
