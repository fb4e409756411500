// SPDX-License-Identifier: BSL-1.0
// Parking: connections whose request has not come yet, watched by one epoll.
// Threads: one.  Ownership: owns the descriptors parked in it.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace teleclaude {

class Parking {
public:
    using Clock = std::chrono::steady_clock;
    /// Gets a connection whose request's head is there (or as much of it as is ever read at once),
    /// and owns the descriptor from then on.
    using Leave = std::function<void(int fd, std::string_view head)>;

    Parking(std::size_t places, std::chrono::seconds limit);
    Parking(const Parking&) = delete;
    Parking& operator=(const Parking&) = delete;
    ~Parking();

    /// Watches a descriptor that is not a connection; wait() then calls `ready`.
    void watch(int fd, std::function<void()> ready);
    void unwatch(int fd);
    /// Takes a connection. Where there is no place left the one that waits longest is closed.
    void park(int fd);
    /// Waits for something to happen, at most `limit`; closes connections whose time is over.
    void wait(std::chrono::milliseconds limit, const Leave& leave);
    void close_all();

private:
    struct Place {
        int fd;
        Clock::time_point deadline;
    };
    void look(int fd, const Leave& leave);
    void remove(int fd);
    void close_late();

    std::size_t places_;
    std::chrono::seconds limit_;
    int epoll_{-1};
    std::unordered_map<int, std::function<void()>> watched_;
    std::list<Place> waiting_;  // oldest first
    std::unordered_map<int, std::list<Place>::iterator> index_;
    std::string head_;
};

}  // namespace teleclaude
