// SPDX-License-Identifier: BSL-1.0
// Socket: bytes to and from a Unix socket, for requests that no HTTP library would send.
// Threads: one.  Ownership: owns the descriptor.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace enginebay::testing {

/// A socket of the test's own: a client, or something that is in the way.
class Socket {
public:
    Socket() : fd_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {}
    Socket(Socket&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    Socket& operator=(Socket&&) = delete;
    ~Socket() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    bool bind(const std::filesystem::path& path) { return call(::bind, path); }
    bool connect(const std::filesystem::path& path) { return call(::connect, path); }
    bool listen() { return ::listen(fd_, 5) == 0; }
    bool send(std::string_view text) {
        return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) ==
               static_cast<ssize_t>(text.size());
    }
    void end_sending() { ::shutdown(fd_, SHUT_WR); }
    /// All that comes until the other end closes, or is silent for five seconds.
    std::string read_answer() {
        std::string all;
        for (std::string part = read_some(); !part.empty(); part = read_some()) {
            all += part;
        }
        return all;
    }
    std::string read_some() {
        const timeval limit{5, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        std::string text(4096, '\0');
        const ssize_t size = ::recv(fd_, text.data(), text.size(), 0);
        text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return text;
    }

private:
    template <class Call>
    bool call(Call function, const std::filesystem::path& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        return function(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    int fd_;
};

}  // namespace enginebay::testing
