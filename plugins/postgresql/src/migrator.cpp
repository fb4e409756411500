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
#include <string_view>
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

bool is_true(Connection& connection, std::string_view question, ValueView parameter) {
    const std::array parameters{parameter};
    Cursor& answer = connection.query(question, parameters);
    const bool yes = answer.next()[0].as_boolean();
    answer.close();
    return yes;
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

LockKey PostgresMigrator::key(Connection& connection) const {
    Cursor& place = connection.query(
        "SELECT current_database()::text, coalesce(current_schema()::text, '')", {});
    const ValueView* const names = place.next();
    const LockKey key = lock_key(product_, "migration", names[0].as_text(), names[1].as_text());
    place.close();
    return key;
}

// One round trip, as every revision asks. The lock ends with the transaction, so it is right behind
// a transaction pooler, too. A limit that is meant for a daemon's queries must not cut off a long
// change of a table.
bool PostgresMigrator::try_lock(Connection& connection) {
    for (LockKey wanted = last_key_ ? *last_key_ : key(connection);;) {
        const std::array parameters{ValueView::integer(wanted)};
        Cursor& answer = connection.query(
            "SELECT pg_try_advisory_xact_lock(?), current_database()::text, "
            "coalesce(current_schema()::text, ''), set_config('statement_timeout', '0', true)",
            parameters);
        const ValueView* const cells = answer.next();
        const bool got = cells[0].as_boolean();
        last_key_ = lock_key(product_, "migration", cells[1].as_text(), cells[2].as_text());
        answer.close();
        if (*last_key_ == wanted) {
            return got;
        }
        wanted = *last_key_;  // the connection is in another schema than it was
    }
}

bool PostgresMigrator::alone(const Operation& operation) const {
    const auto* create = std::get_if<CreateIndex>(&operation);
    const auto* drop = std::get_if<DropIndex>(&operation);
    return (create != nullptr && create->concurrently) || (drop != nullptr && drop->concurrently) ||
           std::holds_alternative<Execute>(operation);
}

// The session's lock: asked for outside any transaction and never waited for, because an index that
// is built concurrently waits for every transaction that is older than it.
bool PostgresMigrator::try_hold(Connection& connection) {
    const LockKey wanted = key(connection);
    if (!is_true(connection, "SELECT pg_try_advisory_lock(?)", ValueView::integer(wanted))) {
        return false;
    }
    held_ = wanted;
    if (!is_true(connection,
                 "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted "
                 "AND pid = pg_backend_pid() AND ((classid::bigint << 32) | objid::bigint) = ?)",
                 ValueView::integer(wanted))) {
        held_.reset();  // it stays on a server connection that a pooler has given to another
        throw Error{Errc::unsupported,
                    "a revision that is not transactional needs a connection of its own; this one "
                    "goes through a pooler that shares it between transactions"};
    }
    connection.execute("SET statement_timeout = 0", {});
    return true;
}

void PostgresMigrator::release(Connection& connection) noexcept {
    if (!held_) {
        return;
    }
    const std::array parameters{ValueView::integer(*held_)};
    held_.reset();
    try {
        connection.execute("RESET statement_timeout", {});
        connection.query("SELECT pg_advisory_unlock(?)", parameters).close();
    } catch (const Error&) {
        // Only a lost connection cannot let go, and with it the lock is gone.
    }
}

bool PostgresMigrator::settle(Connection& connection, const Operation& operation) {
    const auto* create = std::get_if<CreateIndex>(&operation);
    const auto* drop = std::get_if<DropIndex>(&operation);
    if (create == nullptr && drop == nullptr) {
        return false;  // a statement by hand is run again
    }
    const std::string& name = create != nullptr ? create->index.name : drop->index;
    constexpr std::string_view there =
        "SELECT EXISTS (SELECT FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND c.relname = ?)";
    constexpr std::string_view broken =
        "SELECT EXISTS (SELECT FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname = current_schema() AND c.relname = ? AND NOT x.indisvalid)";
    if (!is_true(connection, there, ValueView::text(name))) {
        return drop != nullptr;
    }
    if (drop != nullptr) {
        return false;
    }
    if (!is_true(connection, broken, ValueView::text(name))) {
        return true;
    }
    connection.execute("DROP INDEX CONCURRENTLY " + quote_name(name), {});
    return false;
}

}  // namespace enginebay::postgresql
