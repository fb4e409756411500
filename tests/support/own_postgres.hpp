// SPDX-License-Identifier: BSL-1.0
// OwnPostgres: a PostgreSQL server of one test's own, to be restarted and killed.
// Threads: one at a time.  Ownership: the server ends with the object, and its data with it.
#pragma once

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <enginebay/config.hpp>

#include <string>
#include <vector>

namespace enginebay::testing {

class OwnPostgres {
public:
    /// Starts it, with a database `teleclaude` whose data is flushed. See failure().
    OwnPostgres();
    OwnPostgres(const OwnPostgres&) = delete;
    OwnPostgres& operator=(const OwnPostgres&) = delete;
    ~OwnPostgres();

    /// Why there is none; empty where it runs.
    [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
    [[nodiscard]] DatabaseConfig config() const;
    /// As after a crash. Throws std::runtime_error.
    void restart() const;
    /// Kills one of its processes whose title has these words; false where there is none. The
    /// server then ends all sessions and recovers.
    [[nodiscard]] bool kill_process(const std::string& words) const;

private:
    [[nodiscard]] RunResult command(std::vector<std::string> arguments) const;
    [[nodiscard]] std::string fact(const std::string& key) const;

    TemporaryFolder folder_;
    std::string failure_;
};

}  // namespace enginebay::testing
