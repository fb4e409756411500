// SPDX-License-Identifier: BSL-1.0
// Sessions: closing and deleting them, and what is done to those that nobody uses.
#include "log.hpp"
#include "store/rows.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Session;
using enginebay::Timestamp;

// Without any time that can be read a session is as old as can be.
std::string idle_condition(const enginebay::Dialect& dialect) {
    const std::string active = fmt::format("coalesce({}, {})", dialect.instant("last_activity"),
                                           dialect.instant("created_at"));
    return fmt::format("({0} IS NULL OR {0} < {1})", active, dialect.instant("?"));
}

}  // namespace

bool Sessions::close(const std::string& session_id) {
    return close_at(session_id, std::nullopt) || get(session_id).has_value();
}

bool Sessions::close_at(const std::string& session_id, std::optional<Timestamp> idle_since) {
    const Timestamp now = enginebay::now();
    const bool closed = store_.write([&](Session& session) {
        Statement update{
            "UPDATE sessions SET closed_at = ?, lifecycle_status = 'closed'"
            " WHERE session_id = ? AND closed_at IS NULL",
            now, session_id};
        if (idle_since) {
            // It may have come back to life since it was listed.
            update.add(" AND " + idle_condition(session.dialect()), *idle_since);
        }
        return update.execute(session) > 0;
    });
    if (closed) {
        emit(SessionEvent::Kind::updated, session_id,
             {{"closed_at", now}, {"lifecycle_status", std::string{"closed"}}});
        emit(SessionEvent::Kind::closed, session_id);
    }
    return closed;
}

bool Sessions::remove(const std::string& session_id) {
    const bool removed = store_.write([&](Session& session) {
        session.execute("DELETE FROM pending_message_deletions WHERE session_id = ?", session_id);
        session.execute(
            "DELETE FROM session_listeners WHERE target_session_id = ? OR caller_session_id = ?",
            session_id, session_id);
        session.execute("DELETE FROM voice_assignments WHERE id = ?", session_id);
        return session.execute("DELETE FROM sessions WHERE session_id = ?", session_id) > 0;
    });
    if (removed) {
        emit(SessionEvent::Kind::closed, session_id);
    }
    return removed;
}

Sessions::CleanUp Sessions::clean_up(Timestamp limit) {
    CleanUp result;
    const std::vector<std::string> idle = store_.read([&](Session& session) {
        return read_texts(
            session, Statement{fmt::format("SELECT session_id FROM sessions WHERE closed_at IS NULL"
                                           " AND {} ORDER BY session_id",
                                           idle_condition(session.dialect())),
                               limit});
    });
    for (const std::string& id : idle) {
        try {
            if (close_at(id, limit)) {
                result.closed.push_back(id);
            }
        } catch (const Error& error) {
            if (error.code() == Errc::lock_lost) {
                throw;
            }
            log().warning(fmt::format("session {} could not be closed: {}", id, error.what()));
        }
    }
    result.corrected = change_all(Statement{"UPDATE sessions SET lifecycle_status = 'closed'"
                                            " WHERE closed_at IS NOT NULL"
                                            " AND coalesce(lifecycle_status, '') <> 'closed'"},
                                  {{"lifecycle_status", std::string{"closed"}}});
    return result;
}

std::vector<std::string> Sessions::note_extraction(Timestamp limit) {
    const Timestamp now = enginebay::now();
    const enginebay::Dialect& dialect = store_.database().engine().dialect();
    Statement update{"UPDATE sessions SET last_memory_extraction_at = ?", now};
    update.add(
        " WHERE closed_at IS NULL AND coalesce(nullif(lifecycle_status, ''), 'active') ="
        " 'active' AND coalesce(human_role, '') <> '' AND ");
    update.add(idle_condition(dialect), limit);
    return change_all(std::move(update), {{"last_memory_extraction_at", now}});
}

std::size_t Sessions::replay_closed(Timestamp since) {
    if (!observer_) {
        return 0;
    }
    const std::vector<std::string> ids = store_.read([&](Session& session) {
        const enginebay::Dialect& dialect = session.dialect();
        return read_texts(session,
                          Statement{fmt::format("SELECT session_id FROM sessions WHERE {} >= {}"
                                                " ORDER BY {}, session_id",
                                                dialect.instant("closed_at"), dialect.instant("?"),
                                                dialect.instant("closed_at")),
                                    since});
    });
    for (const std::string& id : ids) {
        emit(SessionEvent::Kind::closed, id);
    }
    return ids.size();
}

/// Runs an UPDATE of any rows; tells of `changes` to each.
std::vector<std::string> Sessions::change_all(Statement update, const SessionChanges& changes) {
    std::vector<std::string> ids = store_.write([&update](Session& session) {
        return read_texts(session, Statement{update}.add(" RETURNING session_id"));
    });
    std::sort(ids.begin(), ids.end());
    for (const std::string& id : ids) {
        emit(SessionEvent::Kind::updated, id, changes);
    }
    return ids;
}

std::vector<std::string> Sessions::closed_before(Timestamp limit) {
    return store_.read([&](Session& session) {
        const enginebay::Dialect& dialect = session.dialect();
        return read_texts(session,
                          Statement{fmt::format("SELECT session_id FROM sessions WHERE {} < {}"
                                                " ORDER BY session_id",
                                                dialect.instant("closed_at"), dialect.instant("?")),
                                    limit});
    });
}

}  // namespace teleclaude
