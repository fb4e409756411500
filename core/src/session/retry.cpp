// SPDX-License-Identifier: BSL-1.0
// Retry: once more after what may pass, with pauses that grow.
#include "session/retry.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <random>
#include <thread>

namespace enginebay {
namespace {

void run_once(Session& session, TransactionMode mode, const std::function<void(Session&)>& fn) {
    Transaction transaction = session.transaction(mode);
    fn(session);
    transaction.commit();
}

}  // namespace

void Backoff::pause() {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> spread{wait_.count() * 500, wait_.count() * 1000};
    std::this_thread::sleep_for(std::chrono::microseconds{spread(random)});
    wait_ = std::min(wait_ * 2, longest_);
}

void run_in_transaction(const SessionSource& sessions, TransactionMode mode,
                        const std::function<void(Session&)>& fn, const RetryPolicy& policy) {
    Backoff backoff{policy};
    for (std::uint32_t attempt = 1;; ++attempt) {
        try {
            // A session of its own each time: after a lost connection the next one is new.
            Session own = sessions.take();
            run_once(own, mode, fn);
            return;
        } catch (const Error& error) {
            if (!error.retryable() || attempt >= policy.attempts) {
                throw;
            }
            sessions.retried(error.code());
        }
        backoff.pause();
    }
}

}  // namespace enginebay
