// SPDX-License-Identifier: BSL-1.0
// LockKeeper: taken at the start, watched, won back or given up.
#include "lock_keeper.hpp"

#include "log.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds pause_between_attempts{500};

// A server needs a moment to notice that the process behind a connection is gone.
constexpr std::chrono::milliseconds time_to_dissolve{2'000};

std::string host_name() {
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : std::string{};
}

// Whether the holder has died, as far as can be told: worth a short wait, no more.
bool is_gone(const enginebay::LockHolder& holder) {
    if (holder.pid <= 0) {
        return holder.what.empty();  // gone between the attempt and the question
    }
    return holder.host == host_name() && ::kill(static_cast<pid_t>(holder.pid), 0) != 0 &&
           errno == ESRCH;
}

}  // namespace

LockKeeper::LockKeeper(enginebay::Engine& engine, std::string name, Lifetime& lifetime,
                       std::chrono::milliseconds patience)
    : engine_{&engine}, name_{std::move(name)}, lifetime_{&lifetime}, patience_{patience} {}

LockKeeper::~LockKeeper() { release(); }

enginebay::LockOptions LockKeeper::options() {
    enginebay::LockOptions options;
    options.name = name_;
    options.on_loss = [this](const std::string& why) { lost(why); };
    return options;
}

void LockKeeper::acquire() {
    const auto deadline = Clock::now() + time_to_dissolve;
    lock_ = engine_->instance_lock(options());
    enginebay::LockAttempt attempt = lock_->try_acquire();
    while (attempt.guard == nullptr) {
        if (!is_gone(attempt.holder) || Clock::now() >= deadline || lifetime_->ending()) {
            throw Error{Errc::busy, refusal(attempt.holder)};
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        attempt = lock_->try_acquire();
    }
    {
        const std::lock_guard lock{mutex_};
        guard_ = std::move(attempt.guard);
        held_ = !lost_;
    }
    watcher_ = std::jthread{[this](const std::stop_token& stop) { watch(stop); }};
}

void LockKeeper::require() const {
    if (!held_) {
        throw Error{Errc::lock_lost,
                    fmt::format("the lock '{}' on {} is lost: nothing is written until it is held "
                                "again",
                                name_, engine_->location())};
    }
}

std::string LockKeeper::describe() const {
    const std::lock_guard lock{mutex_};
    return guard_ == nullptr ? "not held" : guard_->describe();
}

void LockKeeper::release() noexcept {
    watcher_ = {};
    held_ = false;
    std::unique_ptr<enginebay::LockGuard> guard;
    {
        const std::lock_guard lock{mutex_};
        guard = std::move(guard_);
    }
    guard.reset();  // ends the guard's thread, which may be in lost()
}

void LockKeeper::lost(const std::string& why) {
    held_ = false;
    ++losses_;
    log().error(fmt::format("the lock '{}' is lost: {}; writes are refused", name_, why));
    const std::lock_guard lock{mutex_};
    lost_ = true;
    held_ = false;  // again: it may have been taken meanwhile by try_again(), for this very guard
    changed_.notify_all();
}

void LockKeeper::watch(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock{mutex_};
            changed_.wait(lock, stop, [this] { return lost_; });
        }
        if (!stop.stop_requested()) {
            win_back(stop);
        }
    }
}

void LockKeeper::win_back(const std::stop_token& stop) {
    const auto deadline = Clock::now() + patience_;
    std::string why;
    while (!stop.stop_requested() && !lifetime_->ending()) {
        const Outcome outcome = try_again(why);
        if (outcome == Outcome::taken) {
            log().warning(fmt::format("the lock '{}' is held again: {}", name_, describe()));
            return;
        }
        if (outcome == Outcome::refused || Clock::now() >= deadline) {
            lifetime_->end(
                enginebay::exit_status(Errc::lock_lost),
                fmt::format("the lock '{}' was lost and is not to be had again: {}", name_, why));
            return;
        }
        std::unique_lock lock{mutex_};
        changed_.wait_for(lock, stop, pause_between_attempts, [] { return false; });
    }
}

LockKeeper::Outcome LockKeeper::try_again(std::string& why) {
    try {
        std::unique_ptr<enginebay::LockGuard> old;
        {
            const std::lock_guard lock{mutex_};
            old = std::move(guard_);
        }
        old.reset();
        {
            const std::lock_guard lock{mutex_};
            lost_ = false;
        }
        lock_ = engine_->instance_lock(options());
        enginebay::LockAttempt attempt = lock_->try_acquire();
        if (attempt.guard == nullptr) {
            why = refusal(attempt.holder);
            // A server may not have noticed yet that our own connection is gone.
            return is_ourselves(attempt.holder) ? Outcome::unknown : Outcome::refused;
        }
        const std::lock_guard lock{mutex_};
        guard_ = std::move(attempt.guard);
        held_ = !lost_;
        return held_ ? Outcome::taken : Outcome::unknown;
    } catch (const Error& error) {
        why = error.what();
        return Outcome::unknown;
    }
}

bool LockKeeper::is_ourselves(const enginebay::LockHolder& holder) const {
    return holder.pid == ::getpid() && (holder.host.empty() || holder.host == host_name());
}

std::string LockKeeper::refusal(const enginebay::LockHolder& holder) const {
    std::string who =
        holder.pid == 0 ? "a process that cannot be told" : fmt::format("process {}", holder.pid);
    if (!holder.host.empty()) {
        who += fmt::format(" on {}", holder.host);
    }
    if (!holder.since.empty()) {
        who += fmt::format(" since {}", holder.since);
    }
    return fmt::format(
        "cannot take the lock '{}' on {}: {} holds it{}. Stop that one first, or name another "
        "database",
        name_, engine_->location(), who,
        holder.what.empty() ? "" : fmt::format(" ({})", holder.what));
}

}  // namespace teleclaude
