// SPDX-License-Identifier: BSL-1.0
// PostgresInstanceLock: an advisory lock of the server, on a connection of its own.
// Threads: as InstanceLock.
#pragma once

#include "conninfo.hpp"
#include "libpq.hpp"
#include "lock_key.hpp"
#include "session_facts.hpp"

#include <enginebay/instance_lock.hpp>

#include <string>

namespace enginebay::postgresql {

class PostgresInstanceLock final : public InstanceLock {
public:
    PostgresInstanceLock(DatabaseConfig config, Options options, LockOptions lock);

    LockAttempt try_acquire() override;
    LockHolder holder() override;

private:
    /// A connection that could hold the lock, with the key it would have.
    struct Candidate {
        Handle handle;
        SessionFacts facts;
        LockKey key{0};
    };

    [[nodiscard]] Candidate open() const;
    [[nodiscard]] Handle connect() const;
    [[nodiscard]] Parameters parameters(bool with_options) const;
    [[nodiscard]] std::string what(const Candidate& candidate) const;
    [[nodiscard]] LockHolder holder_by(const Candidate& candidate) const;
    /// Throws unsupported where the lock turns out to keep nobody out.
    void prove(const Candidate& candidate) const;

    DatabaseConfig config_;
    Options options_;
    LockOptions lock_;
};

}  // namespace enginebay::postgresql
