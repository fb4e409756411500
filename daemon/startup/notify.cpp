// SPDX-License-Identifier: BSL-1.0
// One datagram to the service manager; no library is needed for that.
#include "startup/notify.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

namespace teleclaude {

void notify_service_manager(const std::string& address, const std::string& state) noexcept {
    sockaddr_un to{};
    if (address.size() < 2 || address.size() >= sizeof to.sun_path) {
        return;
    }
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, address.data(), address.size());
    if (address.front() == '@') {
        to.sun_path[0] = '\0';  // the abstract name space
    }
    const int fd = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    static_cast<void>(::sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                               reinterpret_cast<const sockaddr*>(&to), size));
    ::close(fd);
}

}  // namespace teleclaude
