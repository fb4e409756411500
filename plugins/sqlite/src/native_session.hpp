// SPDX-License-Identifier: BSL-1.0
// NativeSession: Poco's SQLite session with its transactions put right. It owns the connection that
// all our own data goes through, and code that speaks Poco can share it.
// Threads: one at a time.  Ownership: reference-counted by Poco; a Poco::Data::Session may outlive
// the Connection, and is then closed.
//
// Poco's own begin() is always deferred, its transaction flag does not see a text "BEGIN" nor an
// automatic rollback, and its reset() does nothing. Here all of them ask SQLite.
#pragma once

#include "transaction.hpp"

#include <Poco/Data/SQLite/SessionImpl.h>

#include <string>

struct sqlite3;

namespace enginebay::sqlite {

class NativeSession final : public Poco::Data::SQLite::SessionImpl {
public:
    /// Opens at once. Throws Poco's exceptions; see open_session().
    explicit NativeSession(const std::string& uri);

    [[nodiscard]] sqlite3* handle() const noexcept { return handle_; }

    /// Whose transactions begin() and the rest are; nullptr once the Connection is gone.
    void attach(Transaction* transaction) noexcept { transaction_ = transaction; }

    /// A SQLite session is never connected a second time: a new one is made.
    void open(const std::string& connect) override;
    void begin() override;
    void commit() override;
    void rollback() override;
    [[nodiscard]] bool isTransaction() const override;
    [[nodiscard]] bool isGood() const override;
    void reset() override;

protected:
    ~NativeSession() override;

private:
    [[nodiscard]] Transaction& transaction() const;

    sqlite3* handle_{nullptr};
    Transaction* transaction_{nullptr};
};

/// Makes one; Poco's exceptions become Error.
[[nodiscard]] Poco::AutoPtr<NativeSession> open_session(const std::string& uri,
                                                        const std::string& location);

}  // namespace enginebay::sqlite
