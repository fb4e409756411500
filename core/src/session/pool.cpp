// SPDX-License-Identifier: BSL-1.0
// Pool: take, give back, wait, close.
#include "session/pool.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

namespace enginebay {
namespace {

// A connection that idled longer than this is looked at before it is used again.
constexpr std::chrono::seconds trusted_idle{1};

std::chrono::milliseconds since(PoolClock::time_point then) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(PoolClock::now() - then);
}

PoolConfig limited(PoolConfig config, std::uint32_t limit) {
    config.size = std::max(config.size, 1U);
    if (limit != 0) {
        config.size = std::min(config.size, limit);
        config.overflow = std::min(config.overflow, limit - config.size);
    }
    return config;
}

std::string in_words(const SessionHolder& holder) {
    return fmt::format("{}thread {} for {:.1f} s", holder.what.empty() ? "" : holder.what + ", ",
                       holder.thread, static_cast<double>(holder.held.count()) / 1000.0);
}

}  // namespace

std::int64_t this_thread() noexcept {
    thread_local const std::int64_t id = gettid();
    return id;
}

Pool::Pool(std::unique_ptr<Engine> engine, const PoolConfig& config, Access access)
    : engine_{std::move(engine)},
      config_{limited(config, engine_->connection_limit())},
      access_{access},
      recycles_{engine_->connection_limit() != 1} {
    // Giving back must not fail for want of memory.
    idle_.reserve(capacity());
    taken_.reserve(capacity());
}

Pool::~Pool() = default;

void Pool::observe(std::shared_ptr<StatementObserver> observer) {
    const std::lock_guard lock{mutex_};
    if (observer_ != nullptr || connects_ > 0 || out_ > 0) {
        throw Error(Errc::usage,
                    "a database is observed by one observer, from before its first session");
    }
    observer_ = std::move(observer);
}

void Pool::retried(Errc why) const noexcept {
    if (observer_ != nullptr) {
        observer_->retried(why);
    }
}

std::unique_ptr<PooledConnection> Pool::take() {
    std::unique_ptr<PooledConnection> slot;
    {
        std::unique_lock lock{mutex_};
        if (closed_) {
            throw Error(Errc::usage, "a session was asked for after the database was closed");
        }
        if (waiters_.empty() && out_ < capacity()) {
            ++out_;
            if (!idle_.empty()) {
                slot = std::move(idle_.back());
                idle_.pop_back();
            }
        } else {
            slot = wait_for_one(lock);
        }
    }
    try {
        slot = fit_for_use(std::move(slot));
        note_taken(*slot);
    } catch (...) {
        release_place(nullptr);
        throw;
    }
    return slot;
}

std::unique_ptr<PooledConnection> Pool::wait_for_one(std::unique_lock<std::mutex>& lock) {
    ++waits_;
    Waiter waiter;
    const auto place = waiters_.insert(waiters_.end(), &waiter);
    const bool in_time =
        waiter.woken.wait_for(lock, config_.timeout, [&] { return waiter.served || closed_; });
    if (waiter.served) {
        return std::move(waiter.slot);
    }
    waiters_.erase(place);
    if (in_time) {
        throw Error(Errc::usage, "the database was closed while a session was waited for");
    }
    ++exhausted_;
    throw_exhausted(lock);
}

void Pool::throw_exhausted(std::unique_lock<std::mutex>& lock) const {
    std::string message = fmt::format(
        "no session became free within {} ms: {} are out, the pool's limit (size {} + overflow {})",
        config_.timeout.count(), out_, config_.size, config_.overflow);
    for (const SessionHolder& holder : holders()) {
        message += "\n  held by " + in_words(holder);
    }
    lock.unlock();
    throw Error(Errc::pool_exhausted, message);
}

std::unique_ptr<PooledConnection> Pool::fit_for_use(std::unique_ptr<PooledConnection> slot) {
    if (slot == nullptr) {
        return connect();
    }
    const auto now = PoolClock::now();
    const bool too_old = recycles_ && now - slot->opened >= config_.recycle;
    const bool idled = now - slot->changed_hands >= trusted_idle;
    if (too_old || (idled && !slot->connection->alive())) {
        slot.reset();
        return connect();
    }
    return slot;
}

std::unique_ptr<PooledConnection> Pool::connect() {
    auto slot = std::make_unique<PooledConnection>();
    try {
        slot->connection = engine_->connect(access_);
    } catch (const Error&) {
        throw;
    } catch (const std::exception& failure) {
        throw Error(
            Errc::internal,
            fmt::format("the plugin failed to connect in an unexpected way: {}", failure.what()));
    }
    slot->opened = PoolClock::now();
    const std::lock_guard lock{mutex_};
    ++connects_;
    return slot;
}

void Pool::note_taken(PooledConnection& slot) {
    slot.changed_hands = PoolClock::now();
    slot.thread = this_thread();
    const std::lock_guard lock{mutex_};
    taken_.push_back(&slot);
}

void Pool::give_back(std::unique_ptr<PooledConnection> slot) noexcept {
    slot->savepoints = 0;
    slot->cursor.finish();
    bool clean = true;
    try {
        slot->connection->reset();
    } catch (...) {
        clean = false;  // beyond saving: the next user gets a new one
    }
    {
        const std::lock_guard lock{mutex_};
        std::erase(taken_, slot.get());
        slot->label.clear();
    }
    if (!clean) {
        slot.reset();
    }
    release_place(std::move(slot));
}

void Pool::release_place(std::unique_ptr<PooledConnection> slot) noexcept {
    std::unique_ptr<PooledConnection> surplus;  // closed after the mutex is released
    const std::lock_guard lock{mutex_};
    if (slot != nullptr) {
        slot->changed_hands = PoolClock::now();
    }
    if (!waiters_.empty() && !closed_) {
        Waiter* next = waiters_.front();
        waiters_.pop_front();
        next->slot = std::move(slot);
        next->served = true;
        next->woken.notify_one();
        return;  // the place goes on to the waiter: out_ stays
    }
    --out_;
    if (slot != nullptr && !closed_ && idle_.size() < config_.size) {
        idle_.push_back(std::move(slot));
    } else {
        surplus = std::move(slot);
    }
    returned_.notify_all();
}

void Pool::close(std::chrono::milliseconds limit) {
    std::vector<std::unique_ptr<PooledConnection>> idle;
    std::unique_lock lock{mutex_};
    closed_ = true;
    idle.swap(idle_);
    for (Waiter* waiter : waiters_) {
        waiter->woken.notify_one();
    }
    lock.unlock();
    idle.clear();
    lock.lock();
    returned_.wait_for(lock, limit, [this] { return out_ == 0; });
}

void Pool::label(PooledConnection& slot, std::string_view what) {
    std::string text{what};
    const std::lock_guard lock{mutex_};
    slot.label.swap(text);
}

std::vector<SessionHolder> Pool::holders() const {
    std::vector<SessionHolder> all;
    all.reserve(taken_.size());
    for (const PooledConnection* slot : taken_) {
        all.push_back({slot->label, slot->thread, since(slot->changed_hands)});
    }
    return all;
}

PoolStatus Pool::status() const {
    const std::lock_guard lock{mutex_};
    PoolStatus status;
    status.idle = static_cast<std::uint32_t>(idle_.size());
    status.out = out_;
    status.waiting = static_cast<std::uint32_t>(waiters_.size());
    status.most = capacity();
    status.connects = connects_;
    status.waits = waits_;
    status.exhausted = exhausted_;
    status.holders = holders();
    return status;
}

}  // namespace enginebay
