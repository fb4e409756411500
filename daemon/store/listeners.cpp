// SPDX-License-Identifier: BSL-1.0
// Listeners: the statements.
#include "store/listeners.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace teleclaude {

using enginebay::Session;
using enginebay::Timestamp;

bool Listeners::add(const std::string& target, const std::string& caller,
                    const std::string& caller_tmux) {
    const SessionListener row{target, caller, caller_tmux, enginebay::now()};
    return store_.write([&row](Session& session) {
        const bool fresh =
            Statement{"INSERT INTO session_listeners (" + columns_of<SessionListener>() +
                          ") VALUES (?, ?, ?, ?)"
                          " ON CONFLICT (target_session_id, caller_session_id) DO NOTHING",
                      row.target_session_id, row.caller_session_id, row.caller_tmux_session,
                      row.registered_at}
                .execute(session) > 0;
        if (!fresh) {
            session.upsert("session_listeners", {"target_session_id", "caller_session_id"}, row);
        }
        return fresh;
    });
}

bool Listeners::remove(const std::string& target, const std::string& caller) {
    return store_.write([&](Session& session) {
        return session.execute(
                   "DELETE FROM session_listeners"
                   " WHERE target_session_id = ? AND caller_session_id = ?",
                   target, caller) > 0;
    });
}

std::vector<SessionListener> Listeners::select(const Statement& conditions) {
    return store_.read([&](Session& session) {
        Statement statement{"SELECT " + columns_of<SessionListener>() + " FROM session_listeners"};
        statement.add(conditions);
        statement.add(fmt::format(" ORDER BY {}, target_session_id, caller_session_id",
                                  session.dialect().instant("registered_at")));
        return read_all<SessionListener>(session, statement);
    });
}

std::vector<SessionListener> Listeners::of_target(const std::string& target) {
    return select(Statement{" WHERE target_session_id = ?", target});
}

std::vector<SessionListener> Listeners::of_caller(const std::string& caller) {
    return select(Statement{" WHERE caller_session_id = ?", caller});
}

std::vector<SessionListener> Listeners::all() { return select({}); }

std::vector<SessionListener> Listeners::pop(const std::string& target) {
    std::vector<SessionListener> popped = store_.write([&](Session& session) {
        return read_all<SessionListener>(
            session,
            Statement{"DELETE FROM session_listeners WHERE target_session_id = ? RETURNING " +
                          columns_of<SessionListener>(),
                      target});
    });
    std::sort(popped.begin(), popped.end(), [](const auto& a, const auto& b) {
        return std::tie(a.registered_at, a.caller_session_id) <
               std::tie(b.registered_at, b.caller_session_id);
    });
    return popped;
}

std::int64_t Listeners::remove_caller(const std::string& caller) {
    return store_.write([&](Session& session) {
        return session.execute("DELETE FROM session_listeners WHERE caller_session_id = ?", caller);
    });
}

std::int64_t Listeners::count() {
    return store_.read([&](Session& session) {
        return read_number(session, Statement{"SELECT count(*) FROM session_listeners"})
            .value_or(0);
    });
}

std::vector<std::string> Listeners::stale_targets(Timestamp limit) {
    return store_.read([&](Session& session) {
        const enginebay::Dialect& dialect = session.dialect();
        return read_texts(
            session, Statement{fmt::format("SELECT DISTINCT target_session_id"
                                           " FROM session_listeners WHERE {} < {}"
                                           " ORDER BY target_session_id",
                                           dialect.instant("registered_at"), dialect.instant("?")),
                               limit});
    });
}

void Listeners::reset_times(const std::string& target, Timestamp time) {
    store_.write([&](Session& session) {
        session.execute(
            "UPDATE session_listeners SET registered_at = ? WHERE target_session_id = ?", time,
            target);
    });
}

std::int64_t Listeners::clean_up(Timestamp limit) {
    return store_.write([limit](Session& session) {
        const enginebay::Dialect& dialect = session.dialect();
        const std::string registered = dialect.instant("registered_at");
        const auto open = [](const char* column) {
            return fmt::format(
                "EXISTS (SELECT 1 FROM sessions s WHERE s.session_id = {}"
                " AND s.closed_at IS NULL)",
                column);
        };
        return Statement{
            fmt::format("DELETE FROM session_listeners WHERE ({0} IS NULL OR {0} < {1})"
                        " AND NOT ({2} AND {3})",
                        registered, dialect.instant("?"),
                        open("session_listeners.target_session_id"),
                        open("session_listeners.caller_session_id")),
            limit}
            .execute(session);
    });
}

}  // namespace teleclaude
