// SPDX-License-Identifier: BSL-1.0
// Inspection and rendering behind the contract, and the scratch database.
#include "migrator.hpp"

#include "error_map.hpp"
#include "inspector.hpp"
#include "native_handle.hpp"
#include "raw.hpp"
#include "render.hpp"

#include <sqlite3.h>

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

}  // namespace enginebay::sqlite
