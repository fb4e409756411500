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
    /// These throw unsupported where the lock would keep nobody out; `backend` is the server's
    /// process behind the candidate.
    void prove_sessions_of_their_own(const Candidate& candidate, const std::string& backend) const;
    void prove_exclusion(const Candidate& candidate, const std::string& backend) const;

    DatabaseConfig config_;
    Options options_;
    LockOptions lock_;
};

}  // namespace enginebay::postgresql
