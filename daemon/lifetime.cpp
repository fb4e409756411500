// SPDX-License-Identifier: BSL-1.0
// Lifetime: the first request decides.
#include "lifetime.hpp"

namespace teleclaude {

void Lifetime::end(int status, const std::string& why) {
    {
        const std::lock_guard lock{mutex_};
        if (stop_.stop_requested()) {
            return;
        }
        status_ = status;
        why_ = why;
    }
    stop_.request_stop();  // runs callbacks: not under the mutex
    const std::lock_guard lock{mutex_};
    changed_.notify_all();
}

void Lifetime::check() const {
    if (ending()) {
        throw Ending{};
    }
}

void Lifetime::wait() {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return ending(); });
}

int Lifetime::status() const {
    const std::lock_guard lock{mutex_};
    return status_;
}

std::string Lifetime::why() const {
    const std::lock_guard lock{mutex_};
    return why_;
}

}  // namespace teleclaude
