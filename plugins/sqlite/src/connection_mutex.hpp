// SPDX-License-Identifier: BSL-1.0
// ConnectionMutex: SQLite's own mutex of a connection, held over several calls.
// Threads: any; the mutex is recursive.
//
// Every call of SQLite takes it anyway. Held once round bind, step and the reading of a row, the
// inner calls cost no atomic operation, and values may be read without copies: SQLite calls values
// of a row unprotected unless this mutex is held.
#pragma once

#include <sqlite3.h>

namespace enginebay::sqlite {

class ConnectionMutex {
public:
    explicit ConnectionMutex(sqlite3* db) noexcept : mutex_{sqlite3_db_mutex(db)} {
        sqlite3_mutex_enter(mutex_);
    }
    ConnectionMutex(const ConnectionMutex&) = delete;
    ConnectionMutex& operator=(const ConnectionMutex&) = delete;
    ~ConnectionMutex() { sqlite3_mutex_leave(mutex_); }

private:
    sqlite3_mutex* mutex_;
};

}  // namespace enginebay::sqlite
