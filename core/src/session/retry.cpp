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
    with_retries(sessions, policy, [&](Session& session) { run_once(session, mode, fn); });
}

}  // namespace enginebay
