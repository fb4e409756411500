// SPDX-License-Identifier: BSL-1.0
// Workload: one client that does what the daemon's users do, mixed as they mix it: mostly hooks,
// then reads, then changes.
// Threads: one client a thread; Results and Journal are shared.
#pragma once

#include "client.hpp"
#include "journal.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace teleclaude::load {

/// What all clients together have seen.
class Results {
public:
    void count(const std::string& operation, const Reply& reply, std::chrono::nanoseconds time);
    /// A client has claimed this hook; true when another had it within `lifetime`.
    void claimed(std::int64_t id, std::chrono::milliseconds lifetime);
    /// Its claim is over: the daemon was told that it failed.
    void released(std::int64_t id);
    /// As one JSON object.
    [[nodiscard]] std::string json(std::chrono::duration<double> elapsed) const;
    [[nodiscard]] std::uint64_t wrong() const;

private:
    struct Operation {
        std::uint64_t acknowledged{0};
        std::uint64_t unavailable{0};  ///< 503 with Retry-After
        std::uint64_t unanswered{0};
        std::uint64_t wrong{0};  ///< any other answer
        std::vector<std::uint32_t> microseconds;
    };
    mutable std::mutex mutex_;
    std::map<std::string, Operation> operations_;
    std::map<std::int64_t, std::chrono::steady_clock::time_point> claims_;
    std::uint64_t claimed_twice_{0};
    std::string first_wrong_;
};

class Client {
public:
    Client(std::string socket, int number, std::chrono::milliseconds lock_lifetime,
           Journal& journal, Results& results);
    /// One operation.
    void step();

private:
    Reply timed(const std::string& operation, const std::string& method, const std::string& path,
                const std::string& body = {});
    [[nodiscard]] std::string fresh_name();
    void enqueue();
    void claim();
    void read_session();
    void create_session();
    void change_session();
    void set();

    std::string socket_;
    int number_;
    std::chrono::milliseconds lock_lifetime_;
    Journal& journal_;
    Results& results_;
    std::minstd_rand random_;
    std::uint64_t made_{0};
    std::string run_;  ///< tells this run's names from another's
    std::string session_;
    bool title_known_{true};
};

}  // namespace teleclaude::load
