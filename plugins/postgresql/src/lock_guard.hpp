// SPDX-License-Identifier: BSL-1.0
// PostgresLockGuard: holds the connection that holds the lock, and listens for its heartbeat.
// Threads: held() and describe() any thread; a thread of its own asks the server.
#pragma once

#include "libpq.hpp"
#include "lock_key.hpp"

#include <enginebay/instance_lock.hpp>

#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>

namespace enginebay::postgresql {

class PostgresLockGuard final : public LockGuard {
public:
    /// Takes over a connection that has got the lock; `backend` is the server's process behind it.
    PostgresLockGuard(Handle handle, LockKey key, std::string backend, std::string description,
                      LockOptions options);
    ~PostgresLockGuard() override;

    [[nodiscard]] bool held() const noexcept override { return held_.load(); }
    [[nodiscard]] std::string describe() const override { return description_; }

private:
    void watch() noexcept;
    bool wait_a_beat() noexcept;
    bool still_there(std::string& why) noexcept;
    void release() noexcept;

    Handle handle_;
    pid_t owner_{::getpid()};
    LockKey key_;
    std::string backend_;
    std::string description_;
    LockOptions options_;
    std::chrono::milliseconds beat_;
    int wake_;
    std::atomic<bool> held_{true};
    std::unique_ptr<std::thread> watcher_;
};

}  // namespace enginebay::postgresql
