// SPDX-License-Identifier: BSL-1.0
// Canceller: asks the server to end what a connection runs, and nothing that it runs later.
// Threads: cancel() from any; the rest in the connection's thread.
#pragma once

#include "libpq.hpp"

#include <array>
#include <atomic>
#include <mutex>

namespace enginebay::postgresql {

class Canceller {
public:
    explicit Canceller(PGconn* handle) : handle_{PQgetCancel(handle)} {}

    /// From here to its stop() there is something to cancel; they may nest.
    void start() noexcept { running_.fetch_add(1); }
    /// Waits for a cancel on its way: none may hit the next statement.
    void stop() noexcept {
        if (running_.fetch_sub(1) == 1 && cancelling_.load()) {
            const std::lock_guard wait{mutex_};
        }
    }
    void cancel() noexcept {
        const std::lock_guard one_at_a_time{mutex_};
        cancelling_.store(true);
        if (running_.load() > 0 && handle_) {
            asked_.store(true);
            std::array<char, 256> reason{};
            PQcancel(handle_.get(), reason.data(), static_cast<int>(reason.size()));
        }
        cancelling_.store(false);
    }

    /// Whether what runs has been asked to end; for whoever feeds the server and hears nothing.
    [[nodiscard]] bool asked() const noexcept { return asked_.load(std::memory_order_relaxed); }
    void forget() noexcept { asked_.store(false); }

private:
    CancelHandle handle_;
    std::mutex mutex_;
    std::atomic<int> running_{0};  // a stream begins while its statement still runs
    std::atomic<bool> cancelling_{false};
    std::atomic<bool> asked_{false};
};

/// Marks a statement as running for as long as it lives.
class Running {
public:
    explicit Running(Canceller& canceller) noexcept : canceller_{canceller} { canceller_.start(); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() { canceller_.stop(); }

private:
    Canceller& canceller_;
};

}  // namespace enginebay::postgresql
