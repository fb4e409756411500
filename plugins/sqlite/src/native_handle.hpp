// SPDX-License-Identifier: BSL-1.0
// The native handle behind a Connection, for the migrator and the engine.
// Threads: used by the thread that uses the connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/error.hpp>

struct sqlite3;

namespace enginebay::sqlite {

/// Throws usage for a connection of another backend.
[[nodiscard]] inline sqlite3* native_handle(Connection& connection) {
    auto* db = static_cast<sqlite3*>(connection.extension("sqlite3"));
    if (db == nullptr) {
        throw Error{Errc::usage, "this connection is none of this backend"};
    }
    return db;
}

}  // namespace enginebay::sqlite
