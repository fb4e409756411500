// SPDX-License-Identifier: BSL-1.0
// Prepares statements and keeps the recent ones.
#include "statement_cache.hpp"

#include "error_map.hpp"
#include "raw.hpp"
#include "tokens.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>

namespace enginebay::sqlite {
namespace {

// The first words say what sqlite3_stmt_readonly() does not.
void classify(Statement& statement) {
    static constexpr std::array changing{std::string_view{"insert"}, std::string_view{"update"},
                                         std::string_view{"delete"}, std::string_view{"replace"},
                                         std::string_view{"with"}};
    Tokens tokens{statement.text};
    const Token first = tokens.next();
    const Token second = tokens.next();
    statement.read_only = sqlite3_stmt_readonly(statement.handle) != 0;
    statement.counts_changes =
        !statement.read_only && std::any_of(changing.begin(), changing.end(),
                                            [&](std::string_view word) { return first.is(word); });
    statement.leaves_traces =
        first.is("attach") || first.is("detach") ||
        (first.is("pragma") && statement.text.find_first_of("=(") != std::string::npos) ||
        (first.is("create") && (second.is("temp") || second.is("temporary")));
}

}  // namespace

StatementCache::StatementCache(sqlite3* db, std::size_t capacity) noexcept
    : db_{db}, capacity_{capacity} {}

StatementCache::~StatementCache() { clear(); }

void StatementCache::clear() noexcept {
    index_.clear();
    for (const Statement& statement : recent_) {
        sqlite3_finalize(statement.handle);
    }
    recent_.clear();
}

Statement& StatementCache::find_or_prepare(std::string_view sql) {
    if (const auto found = index_.find(sql); found != index_.end()) {
        recent_.splice(recent_.begin(), recent_, found->second);
        return recent_.front();
    }
    recent_.push_front(prepare(sql));
    index_.emplace(recent_.front().text, recent_.begin());
    if (recent_.size() > capacity_) {
        sqlite3_finalize(recent_.back().handle);
        index_.erase(recent_.back().text);
        recent_.pop_back();
    }
    return recent_.front();
}

Statement StatementCache::prepare(std::string_view sql) {
    if (sql.find('\0') != std::string_view::npos) {
        throw Error{Errc::usage, "the SQL text holds a NUL byte"};
    }
    Statement statement;
    statement.text = sql;
    const char* rest = nullptr;
    if (prepare_statement(db_, statement.text, SQLITE_PREPARE_PERSISTENT, &statement.handle,
                          &rest) != SQLITE_OK) {
        throw native_error(db_, "prepare the statement", sql);
    }
    if (statement.handle == nullptr) {
        throw Error{Errc::usage, "the SQL text holds no statement"};
    }
    try {
        require_end(rest, sql);
    } catch (...) {
        sqlite3_finalize(statement.handle);
        throw;
    }
    statement.parameters = sqlite3_bind_parameter_count(statement.handle);
    for (int i = 1; i <= statement.parameters; ++i) {
        if (sqlite3_bind_parameter_name(statement.handle, i) != nullptr) {
            sqlite3_finalize(statement.handle);
            Error error{Errc::usage, fmt::format("placeholders are a plain ? on every backend, not "
                                                 "numbered or named; text: {}",
                                                 shorten(sql))};
            error.sql(sql);
            throw error;
        }
    }
    classify(statement);
    return statement;
}

// Only blanks, comments and semicolons may follow the statement: a second one would be dropped.
void StatementCache::require_end(std::string_view rest, std::string_view sql) {
    Tokens tokens{rest};
    for (Token token = tokens.next(); token.kind != Token::Kind::end; token = tokens.next()) {
        if (token.text != ";") {
            Error error{Errc::usage,
                        fmt::format("one statement a call: after the first one the text goes on "
                                    "with '{}'; text: {}",
                                    shorten(token.text), shorten(sql))};
            error.sql(sql);
            throw error;
        }
    }
}

}  // namespace enginebay::sqlite
