// SPDX-License-Identifier: BSL-1.0
// Server: HTTP on the daemon's socket, one request a connection.
// Threads: start() and stop() one thread.  Ownership: borrows listener and router, which must
// outlive it.
//
// A thread is spent on a connection only once the head of its request is there, so clients that are
// idle or slow cost a descriptor and no thread. What watches over the daemon (/health, /ready,
// /metrics) has threads of its own.
#pragma once

#include "api/http.hpp"
#include "api/listener.hpp"
#include "api/parking.hpp"
#include "api/workers.hpp"

#include <chrono>
#include <mutex>
#include <set>
#include <string_view>
#include <thread>

namespace teleclaude {

struct ServerLimits {
    unsigned threads{16};         ///< for requests
    unsigned watcher_threads{2};  ///< for /health and its like
    std::size_t queue{256};       ///< requests that wait for a thread; more are answered 503
    std::size_t parked{900};      ///< connections without a request; beyond it the oldest is closed
    std::chrono::seconds head{30};      ///< for the head of a request to come
    std::chrono::seconds transfer{30};  ///< for each read of a body, each write of an answer
    std::chrono::seconds drain{5};      ///< for requests under way when the end has come
};

class Server {
public:
    Server(Listener& listener, const Router& router, ServerLimits limits = {});
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    /// Accepts no more, closes what has asked nothing, lets requests under way finish; after a
    /// while their connections are cut.
    void stop();

private:
    void run(const std::stop_token& stop);
    void accept_all();
    void dispatch(int fd, std::string_view head);
    void serve(int fd, int handle, std::string_view head) noexcept;
    void forget(int handle) noexcept;
    void cut_connections();

    Listener& listener_;
    const Router& router_;
    ServerLimits limits_;
    Parking parking_;
    Workers workers_;
    Workers watchers_;
    int wake_{-1};
    std::mutex mutex_;
    std::set<int> served_;  // second handles on the connections being served, to cut them by
    std::jthread thread_;
};

}  // namespace teleclaude
