// SPDX-License-Identifier: BSL-1.0
// PostgresLockGuard: a round trip every third of the bound, each with a third of it to be answered.
#include "lock_guard.hpp"

#include "timed_query.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace enginebay::postgresql {

PostgresLockGuard::PostgresLockGuard(Handle handle, LockKey key, std::string backend,
                                     std::string description, LockOptions options)
    : handle_{std::move(handle)},
      key_{key},
      backend_{std::move(backend)},
      description_{std::move(description)},
      options_{std::move(options)},
      beat_{std::max<std::chrono::milliseconds>(options_.loss_bound / 3,
                                                std::chrono::milliseconds{10})},
      wake_{::eventfd(0, EFD_CLOEXEC)} {
    if (wake_ < 0) {
        throw Error{Errc::io, "cannot watch over the instance lock: no file descriptor is left"};
    }
    watcher_ = std::make_unique<std::thread>([this] { watch(); });
}

PostgresLockGuard::~PostgresLockGuard() {
    if (owner_ != ::getpid()) {
        // A forked child: the thread is not there, and the connection is its parent's. Closing the
        // descriptors takes nothing away; a word over the line would.
        [[maybe_unused]] const std::thread* thread = watcher_.release();
        ::close(PQsocket(handle_.get()));
        [[maybe_unused]] const PGconn* connection = handle_.release();
        ::close(wake_);
        return;
    }
    const std::uint64_t once = 1;
    while (::write(wake_, &once, sizeof once) < 0 && errno == EINTR) {}
    watcher_->join();
    ::close(wake_);
    release();
}

/// True when the guard is to end. A line that stirs without being asked is looked at once.
bool PostgresLockGuard::wait_a_beat() noexcept {
    std::array<pollfd, 2> watched{{{wake_, POLLIN, 0}, {PQsocket(handle_.get()), POLLIN, 0}}};
    ::poll(watched.data(), watched.size(), static_cast<int>(beat_.count()));
    return (watched[0].revents & POLLIN) != 0;
}

void PostgresLockGuard::watch() noexcept {
    std::string why;
    while (!wait_a_beat()) {
        // A lock that is gone is never taken again here: another may have had it meanwhile.
        if (!still_there(why)) {
            held_.store(false);
            if (options_.on_loss) {
                options_.on_loss(fmt::format("{}: its connection is lost: {}", description_, why));
            }
            return;
        }
    }
}

/// That the same process of the server answers: it holds the lock for as long as it lives.
bool PostgresLockGuard::still_there(std::string& why) noexcept {
    const Result answer = query_within(handle_.get(), "SELECT pg_backend_pid()", beat_, why);
    if (answer && cell(answer, 0, 0) != backend_) {
        why = "a pooler has put another session of the server in its place";
        return false;
    }
    return answer != nullptr;
}

void PostgresLockGuard::release() noexcept {
    if (held_.exchange(false)) {
        std::string why;
        const std::string sql = fmt::format("SELECT pg_advisory_unlock({})", key_);
        // Whatever the answer: closing the connection gives up all that it holds.
        const Result answer = query_within(handle_.get(), sql.c_str(), beat_, why);
    }
    handle_.reset();
}

}  // namespace enginebay::postgresql
