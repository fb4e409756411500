// SPDX-License-Identifier: BSL-1.0
// Inspection and rendering behind the contract, and the scratch database.
#include "migrator.hpp"

#include "error_map.hpp"
#include "inspector.hpp"
#include "native_handle.hpp"
#include "raw.hpp"
#include "rebuild.hpp"
#include "render.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <memory>

namespace enginebay::sqlite {
namespace {

struct Closer {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};

}  // namespace

Structure SqliteMigrator::inspect(Connection& connection, std::span<const std::string> ignored) {
    return read_structure(native_handle(connection), ignored);
}

Structure SqliteMigrator::scratch(Connection& /*connection*/,
                                  std::span<const std::string> statements,
                                  std::span<const std::string> ignored) {
    sqlite3* db = nullptr;
    const int code =
        sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const std::unique_ptr<sqlite3, Closer> owner{db};
    if (code != SQLITE_OK) {
        throw native_error(db, "open a scratch database in memory", {});
    }
    for (const std::string& statement : statements) {
        run(db, statement);
    }
    return read_structure(db, ignored);
}

std::vector<std::string> SqliteMigrator::render(const Operation& operation,
                                                const Schema& before) const {
    return render_operation(operation, before);
}

// BEGIN IMMEDIATE, which every write transaction began with, keeps all others out already.
bool SqliteMigrator::try_lock(Connection& connection) {
    sqlite3* db = native_handle(connection);
    if (sqlite3_txn_state(db, "main") == SQLITE_TXN_WRITE) {
        return true;
    }
    throw Error{Errc::usage, "the migration lock is taken inside a write transaction"};
}

void SqliteMigrator::prepare(Connection& connection, std::span<const Operation> operations) {
    const bool copies =
        std::any_of(operations.begin(), operations.end(),
                    [](const Operation& operation) { return !rebuilt_table(operation).empty(); });
    if (!copies) {
        return;
    }
    sqlite3* db = native_handle(connection);
    prepared_ = true;
    run(db, "PRAGMA foreign_keys = OFF");
    RawStatement now{db, "PRAGMA foreign_keys"};
    if (!now.step() || now.integer(0) != 0) {  // as inside a transaction, where it does nothing
        throw Error{Errc::usage, "foreign keys are still on where a table is about to be copied"};
    }
}

void SqliteMigrator::restore(Connection& connection) noexcept {
    if (!prepared_) {
        return;
    }
    prepared_ = false;
    auto* db = static_cast<sqlite3*>(connection.extension("sqlite3"));
    sqlite3_exec(db, "PRAGMA legacy_alter_table = OFF", nullptr, nullptr, nullptr);
    sqlite3_exec(db, "PRAGMA foreign_keys = ON", nullptr, nullptr, nullptr);
}

}  // namespace enginebay::sqlite
