// SPDX-License-Identifier: BSL-1.0
// Prepare, step, finalise, with errors thrown.
#include "raw.hpp"

#include "error_map.hpp"

#include <sqlite3.h>

namespace enginebay::sqlite {

int prepare_statement(sqlite3* db, const std::string& sql, unsigned flags, sqlite3_stmt** statement,
                      const char** rest) noexcept {
    // Each round loses to one more change of the schema; more than this is not a coincidence.
    constexpr int rounds = 50;
    int code = SQLITE_SCHEMA;
    for (int i = 0; i < rounds && code == SQLITE_SCHEMA; ++i) {
        code = sqlite3_prepare_v3(db, sql.c_str(), static_cast<int>(sql.size() + 1), flags,
                                  statement, rest);
    }
    return code;
}

RawStatement::RawStatement(sqlite3* db, std::string_view sql) : db_{db} {
    if (prepare_statement(db, std::string{sql}, 0, &statement_, nullptr) != SQLITE_OK) {
        throw native_error(db, "prepare a statement", sql);
    }
}

RawStatement::~RawStatement() { sqlite3_finalize(statement_); }

RawStatement& RawStatement::bind(int position, std::string_view text) {
    if (sqlite3_bind_text(statement_, position, text.data(), static_cast<int>(text.size()),
                          SQLITE_TRANSIENT) != SQLITE_OK) {
        throw native_error(db_, "bind a value", sqlite3_sql(statement_));
    }
    return *this;
}

bool RawStatement::step() {
    const int code = statement_ == nullptr ? SQLITE_DONE : sqlite3_step(statement_);
    if (code != SQLITE_ROW && code != SQLITE_DONE) {
        throw native_error(db_, "run a statement", sqlite3_sql(statement_));
    }
    return code == SQLITE_ROW;
}

std::string RawStatement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return bytes == nullptr
               ? std::string{}
               : std::string{bytes,
                             static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

std::int64_t RawStatement::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

bool RawStatement::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

void run(sqlite3* db, std::string_view sql) {
    RawStatement statement{db, sql};
    while (statement.step()) {}
}

}  // namespace enginebay::sqlite
