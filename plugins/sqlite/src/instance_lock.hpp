// SPDX-License-Identifier: BSL-1.0
// SqliteInstanceLock: flock on `<database>.lock`, and on the file an older daemon locks.
// Threads: try_acquire() one at a time.
#pragma once

#include "database_file.hpp"
#include "options.hpp"

#include <enginebay/instance_lock.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace enginebay::sqlite {

class SqliteInstanceLock final : public InstanceLock {
public:
    SqliteInstanceLock(DatabaseFile file, std::string product, Options options, LockOptions lock);

    LockAttempt try_acquire() override;
    LockHolder holder() override;

private:
    struct Paths {
        std::filesystem::path lock;
        std::optional<std::filesystem::path> pid;  ///< the older daemon's; absent: none
    };
    [[nodiscard]] Paths paths() const;

    DatabaseFile file_;
    std::string product_;
    Options options_;
    LockOptions lock_;
};

}  // namespace enginebay::sqlite
