// SPDX-License-Identifier: BSL-1.0
// NativeSession: Poco's PostgreSQL session with the transaction calls put right.
// Threads: one thread at a time.  Ownership: reference counted by Poco; owns the PGconn.
//
// Poco's own begin, commit and rollback go by a private flag, take a COMMIT that was answered
// ROLLBACK for a success, and believe a dead connection to be alive. Here the server's state
// counts.
#pragma once

#include "libpq.hpp"

#include <Poco/AutoPtr.h>
#include <Poco/Data/PostgreSQL/SessionImpl.h>

#include <string>

namespace enginebay::postgresql {

/// Ends a connection that Poco leaves behind. A base class, so that it is destroyed after Poco's.
class AbandonedHandle {
public:
    AbandonedHandle(const AbandonedHandle&) = delete;
    AbandonedHandle& operator=(const AbandonedHandle&) = delete;

protected:
    AbandonedHandle() = default;
    ~AbandonedHandle() { PQfinish(abandoned_); }

    PGconn* abandoned_{nullptr};
};

class NativeSession final : private AbandonedHandle, public Poco::Data::PostgreSQL::SessionImpl {
public:
    using Ptr = Poco::AutoPtr<NativeSession>;

    /// Connects; throws what Poco throws.
    NativeSession(const std::string& connection_string, std::size_t login_timeout);
    NativeSession(const NativeSession&) = delete;
    NativeSession& operator=(const NativeSession&) = delete;

    /// The connection; null after somebody closed the session.
    [[nodiscard]] PGconn* native() const noexcept;
    /// The server has said that it ends this session, and so has done nothing that was sent since.
    [[nodiscard]] bool server_said_goodbye() const noexcept { return said_goodbye_; }
    /// Closes the session, whoever else still refers to it.
    void end() noexcept;

    // Poco's interface, on its own names.
    void begin() override;
    void commit() override;
    void rollback() override;
    [[nodiscard]] bool isTransaction() const override;
    [[nodiscard]] bool isGood() const override;
    void reset() override;

protected:
    ~NativeSession() override;

private:
    bool said_goodbye_{false};
    void run(const char* sql, const char* expected_tag);
};

/// Whether the other end still answers: no round trip, sees a connection the server has closed.
bool peer_is_there(PGconn* handle) noexcept;

}  // namespace enginebay::postgresql
