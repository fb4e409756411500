// SPDX-License-Identifier: BSL-1.0
// Prober: asks the database whether it answers, with a time limit of its own.
// Threads: failure() any thread; the question is asked on a thread of the object's own, so that a
// database that hangs never hangs whoever asks about it.  Ownership: borrows the database.
#pragma once

#include <enginebay/database.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace teleclaude {

class Prober {
public:
    explicit Prober(enginebay::Database& database);
    ~Prober();
    Prober(const Prober&) = delete;
    Prober& operator=(const Prober&) = delete;

    /// Why the database does not answer within `limit`; empty when it does. Those who ask at once
    /// share an answer.
    std::string failure(std::chrono::milliseconds limit);
    /// Cancels what runs; from now on every answer is a failure.
    void stop();

private:
    void run(const std::stop_token& stop);
    [[nodiscard]] std::string ask(const std::stop_token& stop) const;

    enginebay::Database* database_;
    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::uint64_t wanted_{0};
    std::uint64_t answered_{0};
    std::string answer_;
    std::jthread thread_;
};

}  // namespace teleclaude
