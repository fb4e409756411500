// SPDX-License-Identifier: BSL-1.0
// Tells a service manager how the daemon is (systemd's Type=notify), where there is one.
// Threads: any.
#pragma once

#include <string>

namespace teleclaude {

/// Sends `state` ("READY=1") to the socket `address` (NOTIFY_SOCKET's value; empty: nobody
/// listens). A failure is not worth an error: the service manager has its own time limit.
void notify_service_manager(const std::string& address, const std::string& state) noexcept;

}  // namespace teleclaude
