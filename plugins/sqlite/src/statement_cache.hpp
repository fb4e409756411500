// SPDX-License-Identifier: BSL-1.0
// StatementCache: each SQL text is prepared once and kept while it is among the most recent ones.
// Threads: used by the thread that uses the connection.  Ownership: owns its statements; clear() or
// the destructor finalises them, before the connection closes.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace enginebay::sqlite {

/// A prepared statement and what was found out about it once.
struct Statement {
    std::string text;
    sqlite3_stmt* handle{nullptr};
    int parameters{0};
    bool read_only{false};       ///< cannot change the database
    bool counts_changes{false};  ///< INSERT, UPDATE, DELETE, REPLACE
    bool leaves_traces{false};   ///< changes the session: PRAGMA x = y, ATTACH, temporary objects
};

class StatementCache {
public:
    explicit StatementCache(sqlite3* db, std::size_t capacity = 128) noexcept;
    StatementCache(const StatementCache&) = delete;
    StatementCache& operator=(const StatementCache&) = delete;
    ~StatementCache();

    /// The statement for `sql`, prepared now or earlier; valid until the next get() or clear().
    /// Throws usage for a text without a statement, with several, or with a NUL byte.
    Statement& get(std::string_view sql) {
        if (!recent_.empty() && recent_.front().text == sql) [[likely]] {
            return recent_.front();
        }
        return find_or_prepare(sql);
    }

    void clear() noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return recent_.size(); }

private:
    Statement& find_or_prepare(std::string_view sql);
    Statement prepare(std::string_view sql);
    void require_end(std::string_view rest, std::string_view sql);

    sqlite3* db_;
    std::size_t capacity_;
    std::list<Statement> recent_;  ///< most recently used first
    std::unordered_map<std::string_view, std::list<Statement>::iterator> index_;  ///< keys: texts
};

}  // namespace enginebay::sqlite
