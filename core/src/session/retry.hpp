// SPDX-License-Identifier: BSL-1.0
// Transactions that are run again.
// Threads: pure functions; a Backoff belongs to one thread.
#pragma once

#include <enginebay/database.hpp>
#include <enginebay/error.hpp>

#include <chrono>
#include <cstdint>
#include <functional>

namespace enginebay {

/// Waits before the next attempt: between half and the whole of a time that doubles, so that
/// transactions that collided do not collide again.
class Backoff {
public:
    explicit Backoff(const RetryPolicy& policy) noexcept
        : wait_{policy.first_wait}, longest_{policy.longest_wait} {}
    void pause();

private:
    std::chrono::milliseconds wait_;
    std::chrono::milliseconds longest_;
};

/// Where sessions come from, and who is told that one more is needed because of a failure.
struct SessionSource {
    std::function<Session()> take;
    std::function<void(Errc)> retried;
};

/// Runs `attempt` until it does not fail with what may pass, or too often; with a session of its
/// own each time: after a lost connection the next one is new.
template <class Attempt>
void with_retries(const SessionSource& sessions, const RetryPolicy& policy,
                  const Attempt& attempt) {
    Backoff backoff{policy};
    for (std::uint32_t tries = 1;; ++tries) {
        try {
            Session session = sessions.take();
            attempt(session);
            return;
        } catch (const Error& error) {
            if (!error.retryable() || tries >= policy.attempts) {
                throw;
            }
            sessions.retried(error.code());
        }
        backoff.pause();
    }
}

/// As Database::transaction(), with a session of its own each time.
void run_in_transaction(const SessionSource& sessions, TransactionMode mode,
                        const std::function<void(Session&)>& fn, const RetryPolicy& policy);

}  // namespace enginebay
