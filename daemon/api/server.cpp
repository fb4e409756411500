// SPDX-License-Identifier: BSL-1.0
// Server: accepts, waits for heads, hands over to the workers.
#include "api/server.hpp"

#include "api/connection.hpp"
#include "log.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

namespace teleclaude {
namespace {

bool is_watcher(std::string_view head) {
    constexpr std::array<std::string_view, 3> paths{"/health", "/ready", "/metrics"};
    const std::size_t method = head.starts_with("GET ") ? 4 : head.starts_with("HEAD ") ? 5 : 0;
    const std::string_view path = head.substr(method);
    return method != 0 && std::any_of(paths.begin(), paths.end(), [path](std::string_view each) {
               return path.starts_with(each);
           });
}

}  // namespace

Server::Server(Listener& listener, const Router& router, ServerLimits limits)
    : listener_{listener},
      router_{router},
      limits_{limits},
      parking_{limits.parked, limits.head},
      workers_{limits.threads, limits.queue},
      watchers_{limits.watcher_threads, limits.queue},
      wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)},
      thread_{[this](const std::stop_token& stop) { run(stop); }} {}

Server::~Server() {
    stop();
    ::close(wake_);
}

void Server::stop() {
    thread_.request_stop();
    const std::uint64_t one = 1;
    static_cast<void>(!::write(wake_, &one, sizeof one));
    if (thread_.joinable()) {
        thread_.join();
    }
    const auto deadline = std::chrono::steady_clock::now() + limits_.drain;
    bool done = watchers_.drain(limits_.drain);
    const auto rest =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    done = workers_.drain(std::max(rest, std::chrono::milliseconds{0})) && done;
    if (!done) {
        cut_connections();
    }
    workers_.finish();
    watchers_.finish();
}

void Server::run(const std::stop_token& stop) {
    parking_.watch(listener_.fd(), [this] { accept_all(); });
    parking_.watch(wake_, [] {});
    while (!stop.stop_requested()) {
        parking_.wait(std::chrono::seconds{1},
                      [this](int fd, std::string_view head) { dispatch(fd, head); });
    }
    parking_.close_all();
}

void Server::accept_all() {
    for (;;) {
        const int fd = ::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd >= 0) {
            parking_.park(fd);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED) {
            continue;
        }
        if (errno != EAGAIN) {
            log().warning(fmt::format("cannot accept a connection: {}",
                                      std::generic_category().message(errno)));
            // Out of descriptors, most likely: idle connections are what can be given up.
            parking_.close_all();
        }
        return;
    }
}

void Server::dispatch(int fd, std::string_view head) {
    const int handle = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (handle < 0) {
        turn_away(fd);
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        served_.insert(handle);
    }
    Workers& workers = is_watcher(head) ? watchers_ : workers_;
    if (!workers.try_add(
            [this, fd, handle, text = std::string{head}] { serve(fd, handle, text); })) {
        turn_away(fd);
        forget(handle);
    }
}

void Server::serve(int fd, int handle, std::string_view head) noexcept {
    serve_connection(fd, head, router_, limits_.transfer);
    forget(handle);
}

void Server::forget(int handle) noexcept {
    const std::lock_guard lock{mutex_};
    served_.erase(handle);
    ::close(handle);
}

void Server::cut_connections() {
    const std::lock_guard lock{mutex_};
    log().warning(fmt::format("{} requests have not ended in time: cut off", served_.size()));
    for (const int handle : served_) {
        ::shutdown(handle, SHUT_RDWR);
    }
}

}  // namespace teleclaude
