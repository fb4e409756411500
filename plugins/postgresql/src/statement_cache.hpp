// SPDX-License-Identifier: BSL-1.0
// StatementCache: prepared statements by the text the caller wrote, least recently used out first.
// Threads: one thread at a time.  Ownership: part of one connection; the server's side of a
// statement that left the cache is closed later, before the next one is prepared.
#pragma once

#include "decode.hpp"
#include "libpq.hpp"

#include <enginebay/error.hpp>

#include <cstddef>
#include <list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace enginebay::postgresql {

/// One statement as the server knows it.
struct Statement {
    std::string sql;   ///< as the caller wrote it
    std::string text;  ///< as it was sent
    std::string name;
    std::vector<Oid> parameters;
    std::vector<Decoder> columns;
    bool binary{false};        ///< every column has a reader of its binary form
    bool leaves_state{false};  ///< what it calls may outlive it in the session
};

class StatementCache {
public:
    static constexpr std::size_t capacity = 128;

    /// The statement of this text, now the most recently used; null where there is none.
    Statement* find(std::string_view sql) noexcept;
    /// Prepares and describes `sql` and keeps it, in one round trip. Throws what the server
    /// reports.
    Statement& prepare(PGconn* handle, std::string_view sql);
    /// Prepares those of `texts`, each a different one that is not there, in one round trip. Throws
    /// what the server reports about the first that it refuses, whose text is the error's sql().
    void prepare_all(PGconn* handle, std::span<const std::string_view> texts);
    /// Forgets one; the server's side is closed later.
    void drop(Statement& statement);
    /// Forgets all; the server's side is closed later, or is gone already where `also_there`.
    void clear(bool also_there) noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return statements_.size(); }

private:
    Statement& keep(Statement statement);
    Statement start(std::string_view sql);
    std::optional<Error> exchange(PGconn* handle, std::span<Statement> made);
    void make_room(PGconn* handle, std::size_t statements);
    void close_dropped(PGconn* handle);

    std::list<Statement> statements_;  // the most recently used first
    std::unordered_map<std::string_view, std::list<Statement>::iterator> by_sql_;
    std::vector<std::string> dropped_;
    bool dropped_all_{false};
    std::size_t last_name_{0};
};

}  // namespace enginebay::postgresql
