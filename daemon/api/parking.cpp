// SPDX-License-Identifier: BSL-1.0
// Parking: the head is peeked at, so that whoever serves the request still reads all of it.
#include "api/parking.hpp"

#include <enginebay/error.hpp>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace teleclaude {
namespace {

// More than any client sends; what is longer is for the HTTP library to refuse.
constexpr std::size_t longest_head = 16 * 1024;

}  // namespace

Parking::Parking(std::size_t places, std::chrono::seconds limit)
    : places_{places}, limit_{limit}, epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
    if (epoll_ < 0) {
        throw enginebay::Error{enginebay::Errc::io, "cannot make an epoll: too many open files?"};
    }
    head_.resize(longest_head);
}

Parking::~Parking() {
    close_all();
    ::close(epoll_);
}

void Parking::watch(int fd, std::function<void()> ready) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == 0) {
        watched_[fd] = std::move(ready);
    }
}

void Parking::unwatch(int fd) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    watched_.erase(fd);
}

void Parking::park(int fd) {
    if (waiting_.size() >= places_) {
        const int oldest = waiting_.front().fd;
        remove(oldest);
        ::close(oldest);
    }
    epoll_event event{};
    // Once for each arrival: what has been peeked at stays, and is no news.
    event.events = EPOLLIN | EPOLLRDHUP | EPOLLET;
    event.data.fd = fd;
    if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) != 0) {
        ::close(fd);
        return;
    }
    waiting_.push_back({fd, Clock::now() + limit_});
    index_[fd] = std::prev(waiting_.end());
}

void Parking::wait(std::chrono::milliseconds limit, const Leave& leave) {
    std::array<epoll_event, 64> events{};
    const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(limit.count()));
    for (int i = 0; i < count; ++i) {
        const int fd = events[static_cast<std::size_t>(i)].data.fd;
        if (const auto found = watched_.find(fd); found != watched_.end()) {
            const auto ready = found->second;  // may unwatch itself
            ready();
        } else if (index_.find(fd) != index_.end()) {
            look(fd, leave);
            // Whoever has stopped sending will not complete it.
            if ((events[static_cast<std::size_t>(i)].events & EPOLLRDHUP) != 0 &&
                index_.find(fd) != index_.end()) {
                remove(fd);
                ::close(fd);
            }
        }
    }
    close_late();
}

void Parking::look(int fd, const Leave& leave) {
    const ssize_t size = ::recv(fd, head_.data(), head_.size(), MSG_PEEK | MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) {
        return;
    }
    if (size <= 0) {
        remove(fd);
        ::close(fd);
        return;
    }
    const std::string_view head{head_.data(), static_cast<std::size_t>(size)};
    const bool whole = head.find("\r\n\r\n") != std::string_view::npos ||
                       head.find("\n\n") != std::string_view::npos;
    if (whole || head.size() == longest_head) {
        remove(fd);
        leave(fd, head);
    }
}

void Parking::remove(int fd) {
    ::epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
    const auto found = index_.find(fd);
    waiting_.erase(found->second);
    index_.erase(found);
}

void Parking::close_late() {
    while (!waiting_.empty() && waiting_.front().deadline <= Clock::now()) {
        const int late = waiting_.front().fd;
        remove(late);
        ::close(late);
    }
}

void Parking::close_all() {
    while (!waiting_.empty()) {
        const int fd = waiting_.front().fd;
        remove(fd);
        ::close(fd);
    }
}

}  // namespace teleclaude
