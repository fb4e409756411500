// SPDX-License-Identifier: BSL-1.0
// Takes snapshots, one question for each part.
#include "snapshot.hpp"

#include "dialect.hpp"
#include "inspector.hpp"
#include "raw.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace enginebay::sqlite {
namespace {

std::map<std::string, std::string> read_definitions(sqlite3* db) {
    std::map<std::string, std::string> definitions;
    RawStatement rows{db,
                      "SELECT name, sql FROM sqlite_schema "
                      "WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"};
    while (rows.step()) {
        definitions.emplace(rows.text(0), rows.text(1));
    }
    return definitions;
}

std::map<std::string, std::int64_t> read_numbers(sqlite3* db) {
    std::map<std::string, std::int64_t> numbers;
    RawStatement table{db, "SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'"};
    if (!table.step()) {
        return numbers;
    }
    RawStatement rows{db, "SELECT name, seq FROM sqlite_sequence"};
    while (rows.step()) {
        numbers.emplace(rows.text(0), rows.integer(1));
    }
    return numbers;
}

bool can_be_queried(sqlite3* db, const std::string& view) {
    const std::string sql = fmt::format("SELECT * FROM {}", quote_identifier(view));
    sqlite3_stmt* statement = nullptr;
    const int code =
        sqlite3_prepare_v2(db, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    sqlite3_finalize(statement);
    return code == SQLITE_OK;
}

std::set<std::string> read_views(sqlite3* db) {
    std::set<std::string> views;
    RawStatement rows{db, "SELECT name FROM sqlite_schema WHERE type = 'view'"};
    while (rows.step()) {
        if (can_be_queried(db, rows.text(0))) {
            views.insert(rows.text(0));
        }
    }
    return views;
}

std::map<std::pair<std::string, std::string>, std::int64_t> read_orphans(sqlite3* db) {
    std::map<std::pair<std::string, std::string>, std::int64_t> orphans;
    RawStatement rows{db, "PRAGMA main.foreign_key_check"};
    while (rows.step()) {
        ++orphans[{rows.text(0), rows.text(2)}];
    }
    return orphans;
}

}  // namespace

Snapshot take_snapshot(sqlite3* db, const std::set<std::string>& counted) {
    Snapshot snapshot;
    snapshot.facts = read_structure(db, {});
    snapshot.definitions = read_definitions(db);
    snapshot.numbers = read_numbers(db);
    snapshot.orphans = read_orphans(db);
    snapshot.views = read_views(db);
    for (const std::string& table : counted) {
        RawStatement count{db, fmt::format("SELECT count(*) FROM {}", quote_identifier(table))};
        snapshot.rows[table] = count.step() ? count.integer(0) : 0;
    }
    return snapshot;
}

}  // namespace enginebay::sqlite
