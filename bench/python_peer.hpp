// SPDX-License-Identifier: BSL-1.0
// PythonPeer: SQLAlchemy, which measures itself in a process of its own.
// Threads: one.  Ownership: the object owns the process.
#pragma once

#include "support/backend.hpp"
#include "support/child_process.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace enginebay::bench {

class PythonPeer {
public:
    /// Connects to the database; throws std::runtime_error when it does not come up.
    explicit PythonPeer(const testing::TestDatabase& database);

    /// Whether this machine has Python with SQLAlchemy and its drivers.
    static bool available();

    /// Does `work`, a method of sqlalchemy_peer.py, `count` times; its answer: seconds, or
    /// megabytes where the work is "memory".
    double run(const std::string& work, std::int64_t count, std::int64_t first);

    [[nodiscard]] const std::string& version() const noexcept { return version_; }
    [[nodiscard]] const std::vector<int>& server_processes() const noexcept { return processes_; }

private:
    std::string next_answer();

    testing::ChildProcess process_;
    std::size_t answered_{0};  // bytes of its output that were read
    std::string version_;
    std::vector<int> processes_;
};

}  // namespace enginebay::bench
