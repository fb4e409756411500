// SPDX-License-Identifier: BSL-1.0
// PostgresMigrator: the scratch schema and the runner's lock; the rest is inspector and render.
#include "migrator.hpp"

#include "dialect.hpp"
#include "inspector.hpp"
#include "lock_key.hpp"
#include "render.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <utility>

namespace enginebay::postgresql {
namespace {

/// Undoes everything on every way out.
class RolledBack {
public:
    explicit RolledBack(Connection& connection) : connection_{connection} {
        // Also on a connection that is read-only by default: nothing of this stays.
        connection_.execute("BEGIN READ WRITE", {});
    }
    RolledBack(const RolledBack&) = delete;
    RolledBack& operator=(const RolledBack&) = delete;
    ~RolledBack() { connection_.rollback(); }

private:
    Connection& connection_;
};

std::string scratch_name() {
    static std::atomic<unsigned> number{0};
    return fmt::format("enginebay_scratch_{}_{}", ::getpid(), ++number);
}

/// A schema of its own; where the role may not create one, the session's temporary schema.
void enter_scratch_schema(Connection& connection) {
    const std::string name = quote_name(scratch_name());
    connection.execute("SAVEPOINT enginebay_scratch", {});
    try {
        connection.execute("CREATE SCHEMA " + name, {});
        connection.execute("SET LOCAL search_path = " + name, {});
    } catch (const Error& error) {
        if (error.code() != Errc::permission) {
            throw;
        }
        connection.execute("ROLLBACK TO SAVEPOINT enginebay_scratch", {});
        connection.execute("SET LOCAL search_path = pg_temp", {});
        // It comes into being with its first object, and the current schema with it.
        connection.execute("CREATE TABLE enginebay_scratch ()", {});
        connection.execute("DROP TABLE enginebay_scratch", {});
    }
}

}  // namespace

PostgresMigrator::PostgresMigrator(std::string product) : product_{std::move(product)} {}

Structure PostgresMigrator::inspect(Connection& connection, std::span<const std::string> ignored) {
    return inspect_schema(connection, ignored);
}

Structure PostgresMigrator::scratch(Connection& connection, std::span<const std::string> statements,
                                    std::span<const std::string> ignored) {
    if (connection.in_transaction()) {
        throw Error{Errc::usage, "scratch: a transaction is open; commit it or roll it back first"};
    }
    const RolledBack transaction{connection};
    enter_scratch_schema(connection);
    for (const std::string& statement : statements) {
        connection.execute(statement, {});
    }
    return inspect_schema(connection, ignored);
}

std::vector<std::string> PostgresMigrator::render(const Operation& operation,
                                                  const Schema& before) const {
    return render_operation(operation, before);
}

bool PostgresMigrator::try_lock(Connection& connection) {
    Cursor& place = connection.query(
        "SELECT current_database()::text, coalesce(current_schema()::text, '')", {});
    const ValueView* const names = place.next();
    const LockKey key = lock_key(product_, "migration", names[0].as_text(), names[1].as_text());
    place.close();
    // Ends with the transaction, so it is right behind a transaction pooler, too.
    const std::array parameters{ValueView::integer(key)};
    Cursor& answer = connection.query("SELECT pg_try_advisory_xact_lock(?)", parameters);
    const bool got = answer.next()[0].as_boolean();
    answer.close();
    if (got) {
        // A limit that is meant for a daemon's queries must not cut off a long change of a table.
        connection.execute("SET LOCAL statement_timeout = 0", {});
    }
    return got;
}

}  // namespace enginebay::postgresql
