// SPDX-License-Identifier: BSL-1.0
// Database: sessions, and transactions that are run again.
#include "session/pool.hpp"

#include <enginebay/database.hpp>
#include <enginebay/error.hpp>

#include <algorithm>
#include <random>
#include <thread>

namespace enginebay {
namespace {

/// Waits before the next attempt: between half and the whole of a time that doubles, so that
/// transactions that collided do not collide again.
class Backoff {
public:
    explicit Backoff(const RetryPolicy& policy) noexcept
        : wait_{policy.first_wait}, longest_{policy.longest_wait} {}

    void pause() {
        thread_local std::minstd_rand random{std::random_device{}()};
        std::uniform_int_distribution<std::int64_t> spread{wait_.count() * 500,
                                                           wait_.count() * 1000};
        std::this_thread::sleep_for(std::chrono::microseconds{spread(random)});
        wait_ = std::min(wait_ * 2, longest_);
    }

private:
    std::chrono::milliseconds wait_;
    std::chrono::milliseconds longest_;
};

void run_once(Session& session, TransactionMode mode, const std::function<void(Session&)>& fn) {
    Transaction transaction = session.transaction(mode);
    fn(session);
    transaction.commit();
}

}  // namespace

Database Database::open(const DatabaseConfig& config, PluginHost& host, Access access) {
    return Database{host.open(config), config.pool, access};
}

Database::Database(std::unique_ptr<Engine> engine, const PoolConfig& pool, Access access)
    : pool_{std::make_shared<Pool>(std::move(engine), pool, access)} {}

Database::Database(Database&&) noexcept = default;

Database& Database::operator=(Database&& other) noexcept {
    if (this != &other) {
        if (pool_ != nullptr) {
            close();
        }
        pool_ = std::move(other.pool_);
    }
    return *this;
}

Database::~Database() {
    if (pool_ != nullptr) {
        close();
    }
}

Session Database::session() { return Session{pool_, pool_->take()}; }

void Database::run_transaction(TransactionMode mode, const std::function<void(Session&)>& fn,
                               const RetryPolicy& policy) {
    Backoff backoff{policy};
    for (std::uint32_t attempt = 1;; ++attempt) {
        try {
            // A session of its own each time: after a lost connection the next one is new.
            Session own = session();
            run_once(own, mode, fn);
            return;
        } catch (const Error& error) {
            if (!error.retryable() || attempt >= policy.attempts) {
                throw;
            }
        }
        backoff.pause();
    }
}

std::unique_ptr<InstanceLock> Database::instance_lock(LockOptions options) {
    return pool_->engine().instance_lock(std::move(options));
}

Engine& Database::engine() noexcept { return pool_->engine(); }

PoolStatus Database::pool_status() const { return pool_->status(); }

void Database::close() { pool_->close(pool_->config().timeout); }

}  // namespace enginebay
