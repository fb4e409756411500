// SPDX-License-Identifier: BSL-1.0
// Pragmas: one table of what is set, one of what is reported.
#include "settings.hpp"

#include "error_map.hpp"
#include "raw.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>
#include <chrono>
#include <string_view>
#include <thread>

namespace enginebay::sqlite {
namespace {

constexpr std::int64_t journal_size_limit = 64LL * 1024 * 1024;

std::string read_pragma(sqlite3* db, std::string_view name) {
    std::string value;
    RawStatement statement{db, fmt::format("PRAGMA {}", name)};
    if (statement.step()) {
        value = statement.text(0);
    }
    return value;
}

void set_pragma(sqlite3* db, std::string_view name, std::string_view value,
                std::string_view reads_as) {
    {
        RawStatement statement{db, fmt::format("PRAGMA {} = {}", name, value)};
        while (statement.step()) {}
    }
    if (const std::string actual = read_pragma(db, name); actual != reads_as) {
        throw Error{
            Errc::configuration,
            fmt::format("PRAGMA {} was set to {} and reads back as '{}'", name, value, actual)};
    }
}

// "name" is a column or an error, as everywhere else; SQLite alone would take a misspelt one for a
// text. Tables and triggers that exist already are read the old way all the same.
void refuse_quoted_text(sqlite3* db) {
    for (const int option : {SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL}) {
        int now = 1;
        if (sqlite3_db_config(db, option, 0, &now) != SQLITE_OK || now != 0) {
            throw Error{Errc::configuration,
                        "SQLite cannot be told to refuse text in double quotes"};
        }
    }
}

// Two processes that turn a new database into a write-ahead one at the same moment get SQLITE_BUSY
// at once: the busy handler is not asked there.
void set_write_ahead(sqlite3* db, std::chrono::milliseconds patience) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    for (;;) {
        try {
            set_pragma(db, "journal_mode", "WAL", "wal");
            return;
        } catch (const Error& error) {
            if (error.code() != Errc::busy || std::chrono::steady_clock::now() >= deadline) {
                throw;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{5});
    }
}

}  // namespace

void apply_settings(sqlite3* db, const Options& options, Medium medium) {
    refuse_quoted_text(db);
    const std::string timeout = std::to_string(options.busy_timeout.count());
    set_pragma(db, "busy_timeout", timeout, timeout);
    if (medium == Medium::file) {
        set_write_ahead(db, options.busy_timeout);
        const std::string limit = std::to_string(journal_size_limit);
        set_pragma(db, "journal_size_limit", limit, limit);
    }
    set_pragma(db, "synchronous", options.full_durability ? "FULL" : "NORMAL",
               options.full_durability ? "2" : "1");
    set_pragma(db, "foreign_keys", "ON", "1");
    if (options.cache_size) {
        const std::string size = std::to_string(*options.cache_size);
        set_pragma(db, "cache_size", size, size);
    }
}

std::vector<EffectiveSetting> read_settings(sqlite3* db) {
    static constexpr std::array<std::string_view, 14> names{
        "journal_mode", "synchronous",        "busy_timeout", "foreign_keys", "journal_size_limit",
        "cache_size",   "wal_autocheckpoint", "mmap_size",    "page_size",    "encoding",
        "query_only",   "locking_mode",       "temp_store",   "user_version"};
    std::vector<EffectiveSetting> settings;
    settings.reserve(names.size());
    for (const std::string_view name : names) {
        settings.push_back({std::string{name}, read_pragma(db, name)});
    }
    return settings;
}

}  // namespace enginebay::sqlite
