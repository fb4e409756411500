// SPDX-License-Identifier: BSL-1.0
// Workers: first come, first served.
#include "api/workers.hpp"

#include <utility>

namespace teleclaude {

Workers::Workers(unsigned threads, std::size_t queue) : longest_{queue} {
    threads_.reserve(threads);
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { run(); });
    }
}

Workers::~Workers() { finish(); }

bool Workers::try_add(std::function<void()> work) {
    const std::lock_guard lock{mutex_};
    if (ending_ || queue_.size() >= longest_) {
        return false;
    }
    queue_.push_back(std::move(work));
    changed_.notify_one();
    return true;
}

bool Workers::drain(std::chrono::milliseconds limit) {
    std::unique_lock lock{mutex_};
    ending_ = true;
    changed_.notify_all();
    return changed_.wait_for(lock, limit, [this] { return queue_.empty() && running_ == 0; });
}

void Workers::finish() {
    {
        const std::lock_guard lock{mutex_};
        ending_ = true;
        changed_.notify_all();
    }
    threads_.clear();  // joins
}

void Workers::run() {
    std::unique_lock lock{mutex_};
    for (;;) {
        changed_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (queue_.empty()) {
            return;
        }
        const std::function<void()> work = std::move(queue_.front());
        queue_.pop_front();
        ++running_;
        lock.unlock();
        work();
        lock.lock();
        --running_;
        if (ending_) {
            changed_.notify_all();
        }
    }
}

}  // namespace teleclaude
