// SPDX-License-Identifier: BSL-1.0
// PostgresServer: the server the tests run on, and what is done to it behind a plugin's back.
// Threads: one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace enginebay::testing {

/// Who connects where.
struct PostgresAccess {
    std::string host;
    std::uint16_t port{0};
    std::string user;
    std::string password;
};

class PostgresServer {
public:
    /// The server that ENGINEBAY_TEST_POSTGRES (a connection string) or the file named by
    /// ENGINEBAY_TEST_POSTGRES_ENV describes; nothing where there is none.
    static std::optional<PostgresServer> find();

    /// As whom tests connect: not a superuser.
    [[nodiscard]] const PostgresAccess& user() const noexcept { return user_; }
    [[nodiscard]] const PostgresAccess& administrator() const noexcept { return administrator_; }

    /// Runs one statement as administrator and gives the first cell of its answer, if it has one.
    std::string run(const std::string& database, const std::string& sql) const;

    /// A new database with a name nobody else has, owned by user().
    [[nodiscard]] std::string create_database() const;
    void drop_database(const std::string& name) const noexcept;

private:
    void connect();
    /// Where only a superuser was named: a role without rights, for the life of this object.
    void make_user();

    PostgresAccess user_;
    PostgresAccess administrator_;
    std::string administrator_database_{"postgres"};
    std::shared_ptr<void> administration_;  // a connection that is kept: making one is slow
    std::shared_ptr<void> made_user_;       // drops it, after the databases that it owns
};

/// A text literal and a quoted name of SQL.
std::string postgres_literal(const std::string& text);

}  // namespace enginebay::testing
