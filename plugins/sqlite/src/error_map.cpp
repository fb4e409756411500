// SPDX-License-Identifier: BSL-1.0
// SQLite's extended result codes, told apart by what the caller does next.
#include "error_map.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <array>

namespace enginebay::sqlite {
namespace {

constexpr std::size_t longest_sql_in_message = 200;

Errc code_of_constraint(int extended) noexcept {
    switch (extended) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID:
            return Errc::unique_violation;
        case SQLITE_CONSTRAINT_FOREIGNKEY:
            return Errc::foreign_key_violation;
        case SQLITE_CONSTRAINT_NOTNULL:
            return Errc::not_null_violation;
        case SQLITE_CONSTRAINT_DATATYPE:
            return Errc::value;
        default:
            return Errc::check_violation;  // CHECK, and RAISE() in a trigger
    }
}

std::string_view next_step(Errc code, int extended) noexcept {
    if (extended == SQLITE_FULL) {
        return "make room on its disk, or in the folder for temporary files (SQLITE_TMPDIR, else "
               "/var/tmp), where large sorts and copies are kept meanwhile";
    }
    if (extended == SQLITE_READONLY_DIRECTORY) {
        return "SQLite keeps its journal in the folder of the database; check who may write there";
    }
    switch (code) {
        case Errc::busy:
            return "another connection holds the lock; try again, or raise the option busy_timeout";
        case Errc::serialization:
            return "the database changed since this transaction read it; run the transaction again";
        case Errc::corrupt:
            return "restore a copy of the file";
        case Errc::io:
            return "look at the disk's free space and health";
        case Errc::read_only:
            return "write through a connection and a transaction that may write";
        default:
            return {};
    }
}

}  // namespace

Errc code_of(int extended) noexcept {
    if (extended == SQLITE_BUSY_SNAPSHOT) {
        return Errc::serialization;
    }
    if (extended == SQLITE_READONLY_DBMOVED) {
        return Errc::connection_lost;
    }
    switch (extended & 0xff) {
        case SQLITE_CONSTRAINT:
            return code_of_constraint(extended);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
        case SQLITE_PROTOCOL:
            return Errc::busy;
        case SQLITE_INTERRUPT:
            return Errc::cancelled;
        case SQLITE_READONLY:
            return Errc::read_only;
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return Errc::permission;
        case SQLITE_CANTOPEN:
            return Errc::unreachable;
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return Errc::corrupt;
        case SQLITE_IOERR:
        case SQLITE_FULL:
        case SQLITE_NOLFS:
        case SQLITE_NOMEM:
            return Errc::io;
        case SQLITE_TOOBIG:
        case SQLITE_MISMATCH:
            return Errc::value;
        case SQLITE_RANGE:
            return Errc::usage;
        case SQLITE_SCHEMA:
            return Errc::stale_plan;
        case SQLITE_ERROR:
            return Errc::statement;
        default:
            return Errc::internal;
    }
}

std::string shorten(std::string_view sql) {
    if (sql.size() <= longest_sql_in_message) {
        return std::string{sql};
    }
    std::size_t end = longest_sql_in_message;
    while (end > 0 && (static_cast<unsigned char>(sql[end]) & 0xc0U) == 0x80U) {
        --end;  // never cut a character in two
    }
    return std::string{sql.substr(0, end)} + "...";
}

std::string object_of(std::string_view message) {
    // "UNIQUE constraint failed: t.a, t.b", "no such table: t", "no such column: c", ...
    static constexpr std::array before{
        std::string_view{"constraint failed: "}, std::string_view{"no such table: "},
        std::string_view{"no such column: "},    std::string_view{"no such index: "},
        std::string_view{"no such view: "},      std::string_view{"no such trigger: "},
        std::string_view{"no such function: "},  std::string_view{"no such module: "},
    };
    for (const std::string_view lead : before) {
        if (const auto at = message.find(lead); at != std::string_view::npos) {
            return std::string{message.substr(at + lead.size())};
        }
    }
    // "table t has no column named c", "table t already exists", "index i already exists"
    for (const std::string_view lead : {std::string_view{"table "}, std::string_view{"index "},
                                        std::string_view{"trigger "}, std::string_view{"view "}}) {
        if (message.starts_with(lead)) {
            const std::string_view rest = message.substr(lead.size());
            if (const auto at = rest.find(" has no column named "); at != std::string_view::npos) {
                return fmt::format("{}.{}", rest.substr(0, at), rest.substr(at + 21));
            }
            if (const auto at = rest.find(" already exists"); at != std::string_view::npos) {
                return std::string{rest.substr(0, at)};
            }
        }
    }
    return {};
}

Error make_error(int extended, std::string_view reason, std::string_view attempted,
                 std::string_view sql) {
    const Errc code = code_of(extended);
    std::string message = fmt::format("cannot {}: {} (SQLite {})", attempted, reason, extended);
    if (const std::string_view step = next_step(code, extended); !step.empty()) {
        message += fmt::format("; {}", step);
    }
    if (!sql.empty()) {
        message += fmt::format("; statement: {}", shorten(sql));
    }
    Error error{code, message};
    error.native(extended).sql(sql).object(object_of(reason));
    return error;
}

Error native_error(sqlite3* db, std::string_view attempted, std::string_view sql) {
    return make_error(sqlite3_extended_errcode(db), sqlite3_errmsg(db), attempted, sql);
}

}  // namespace enginebay::sqlite
