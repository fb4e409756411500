// SPDX-License-Identifier: BSL-1.0
// One request over a Unix socket.
#include "client.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace teleclaude::load {
namespace {

class Connection {
public:
    explicit Connection(const std::string& path)
        : fd_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        const timeval limit{40, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        open_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() { ::close(fd_); }

    bool send(const std::string& text) {
        std::size_t sent = 0;
        while (open_ && sent < text.size()) {
            const ssize_t size = ::send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            open_ = size > 0;
            sent += open_ ? static_cast<std::size_t>(size) : 0;
        }
        return open_;
    }
    std::string receive_all() {
        std::string text;
        std::array<char, 16384> part{};
        for (;;) {
            const ssize_t size = ::recv(fd_, part.data(), part.size(), 0);
            if (size <= 0) {
                return text;
            }
            text.append(part.data(), static_cast<std::size_t>(size));
        }
    }

private:
    int fd_;
    bool open_{false};
};

}  // namespace

Reply ask(const std::string& socket, const std::string& method, const std::string& path,
          const std::string& body) {
    Connection connection{socket};
    if (!connection.send(fmt::format("{} {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                                     "{}\r\nConnection: close\r\n\r\n{}",
                                     method, path, body.size(), body))) {
        return {};
    }
    const std::string text = connection.receive_all();
    const std::size_t head = text.find("\r\n\r\n");
    if (!text.starts_with("HTTP/1.1 ") || head == std::string::npos) {
        return {};
    }
    Reply reply{std::atoi(text.c_str() + 9), text.find("\r\nRetry-After:") < head,
                text.substr(head + 4)};
    const std::size_t length = text.find("\r\nContent-Length: ");
    if (length < head &&
        reply.body.size() != std::strtoull(text.c_str() + length + 18, nullptr, 10)) {
        return {};  // it broke off: nothing is acknowledged
    }
    return reply;
}

}  // namespace teleclaude::load
