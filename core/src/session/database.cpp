// SPDX-License-Identifier: BSL-1.0
// Database: sessions, and transactions that are run again.
#include "session/pool.hpp"
#include "session/retry.hpp"
#include "session/submitter.hpp"

#include <enginebay/database.hpp>

#include <utility>

namespace enginebay {
Database Database::open(const DatabaseConfig& config, PluginHost& host, Access access) {
    return Database{host.open(config), config.pool, access};
}

Database::Database(std::unique_ptr<Engine> engine, const PoolConfig& pool, Access access)
    : pool_{std::make_shared<Pool>(std::move(engine), pool, access)},
      submitter_{std::make_unique<Submitter>(
          SessionSource{[pool = pool_] { return Session{pool, pool->take()}; },
                        [pool = pool_](Errc why) { pool->retried(why); }},
          pool_->config().size, !pool_->engine().capabilities().has(Capability::parallel_writers),
          pool_->config().timeout)} {}

Database::Database(Database&&) noexcept = default;

Database& Database::operator=(Database&& other) noexcept {
    if (this != &other) {
        if (pool_ != nullptr) {
            close();
        }
        pool_ = std::move(other.pool_);
        submitter_ = std::move(other.submitter_);
    }
    return *this;
}

Database::~Database() {
    if (pool_ != nullptr) {
        close();
    }
}

void Database::observe(std::shared_ptr<StatementObserver> observer) {
    pool_->observe(std::move(observer));
}

Session Database::session() { return Session{pool_, pool_->take()}; }

void Database::run_transaction(TransactionMode mode, const std::function<void(Session&)>& fn,
                               const RetryPolicy& policy) {
    const SessionSource sessions{[this] { return session(); },
                                 [this](Errc why) { pool_->retried(why); }};
    run_in_transaction(sessions, mode, fn, policy);
}

void Database::enqueue(std::unique_ptr<detail::SubmittedTask> task) {
    submitter_->add(std::move(task));
}

std::unique_ptr<InstanceLock> Database::instance_lock(LockOptions options) {
    return pool_->engine().instance_lock(std::move(options));
}

Engine& Database::engine() noexcept { return pool_->engine(); }

PoolStatus Database::pool_status() const { return pool_->status(); }

void Database::close() {
    submitter_->close(pool_->config().timeout);
    pool_->close(pool_->config().timeout);
}

}  // namespace enginebay
