// SPDX-License-Identifier: BSL-1.0
// The loop over the rows.
#include "bulk.hpp"

#include "connection_mutex.hpp"
#include "dialect.hpp"
#include "error_map.hpp"
#include "statement_cache.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

namespace enginebay::sqlite {
namespace {

std::string insert_text(std::string_view table, std::span<const std::string_view> columns) {
    std::string names;
    std::string marks;
    for (const std::string_view column : columns) {
        names += (names.empty() ? "" : ", ") + quote_identifier(column);
        marks += marks.empty() ? "?" : ", ?";
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", quote_identifier(table), names, marks);
}

/// Another row would have passed.
bool about_a_row(int code) noexcept {
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_TOOBIG:
            return true;
        default:
            return false;
    }
}

}  // namespace

std::int64_t BulkLoader::insert(std::string_view table, std::span<const std::string_view> columns,
                                RowSource& rows) {
    return run(insert_text(table, columns), columns.size(), rows);
}

std::int64_t BulkLoader::upsert(std::string_view table, std::span<const std::string_view> key,
                                std::span<const std::string_view> columns, RowSource& rows) {
    return run(SqliteDialect{}.upsert(table, key, columns), columns.size(), rows);
}

std::int64_t BulkLoader::run(const std::string& sql, std::size_t width, RowSource& rows) {
    // Of its own: where the rows come from, the connection may be used for other statements.
    StatementCache prepared{db_, 1};
    const ConnectionMutex held{db_};
    const Statement& statement = prepared.get(sql);
    std::int64_t count = 0;
    while (const ValueView* cells = rows.next()) {
        ++count;
        try {
            binder_.bind(db_, statement, {cells, width}, Lifetime::call);
        } catch (const Error&) {
            rows.blame(count);
            throw;
        }
        step(statement, count, rows);
    }
    return count;
}

void BulkLoader::step(const Statement& statement, std::int64_t number, RowSource& rows) {
    // Each time: whoever makes the rows may have ended it.
    if (transaction_.refuses(false)) {
        transaction_.throw_refusal(statement.text);
    }
    if (!transaction_.open()) {
        throw Error{Errc::usage, "rows are transferred inside a transaction only"};
    }
    if (sqlite3_step(statement.handle) != SQLITE_DONE) {
        if (about_a_row(sqlite3_extended_errcode(db_))) {
            rows.blame(number);
        }
        const Error error = native_error(db_, "run the statement", statement.text);
        sqlite3_reset(statement.handle);
        transaction_.after_statement(true);
        throw error;
    }
    sqlite3_reset(statement.handle);
}

}  // namespace enginebay::sqlite
