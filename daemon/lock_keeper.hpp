// SPDX-License-Identifier: BSL-1.0
// LockKeeper: holds the daemon's instance lock, and tries to get it back when it is lost.
// Threads: held() and require() any thread; the rest one thread.  Ownership: borrows the engine and
// the Lifetime, which must outlive it.
#pragma once

#include "lifetime.hpp"

#include <enginebay/engine.hpp>
#include <enginebay/instance_lock.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace teleclaude {

class LockKeeper {
public:
    /// `name` is the lock's. How long a lost lock is tried for is `patience`.
    LockKeeper(enginebay::Engine& engine, std::string name, Lifetime& lifetime,
               std::chrono::milliseconds patience = std::chrono::seconds{60});
    LockKeeper(const LockKeeper&) = delete;
    LockKeeper& operator=(const LockKeeper&) = delete;
    ~LockKeeper();

    /// Takes the lock. Throws Errc::busy naming the holder.
    void acquire();
    [[nodiscard]] bool held() const noexcept { return held_; }
    /// How often it was lost so far.
    [[nodiscard]] std::uint64_t losses() const noexcept { return losses_; }
    /// Throws Errc::lock_lost when it is not held.
    void require() const;
    /// What is locked and how, in words.
    [[nodiscard]] std::string describe() const;
    /// Gives it up, for good.
    void release() noexcept;

private:
    enum class Outcome : std::uint8_t { taken, refused, unknown };

    [[nodiscard]] enginebay::LockOptions options();
    void lost(const std::string& why);
    void watch(const std::stop_token& stop);
    void win_back(const std::stop_token& stop);
    Outcome try_again(std::string& why);
    [[nodiscard]] bool is_ourselves(const enginebay::LockHolder& holder) const;
    [[nodiscard]] std::string refusal(const enginebay::LockHolder& holder) const;

    enginebay::Engine* engine_;
    std::string name_;
    Lifetime* lifetime_;
    std::chrono::milliseconds patience_;
    std::atomic<bool> held_{false};
    std::atomic<std::uint64_t> losses_{0};
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool lost_{false};
    std::unique_ptr<enginebay::InstanceLock> lock_;
    std::unique_ptr<enginebay::LockGuard> guard_;
    std::jthread watcher_;
};

}  // namespace teleclaude
