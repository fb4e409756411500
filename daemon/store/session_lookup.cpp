// SPDX-License-Identifier: BSL-1.0
// Look-ups of sessions by programs beside the daemon.
#include "store/session_lookup.hpp"

#include "store/rows.hpp"
#include "store/session_columns.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <string>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Session;
using enginebay::Value;

// The statements are sound, so one that is refused has found no table, or one of another age.
bool has_sessions(Session& session) {
    try {
        static_cast<void>(session.query_all<std::int64_t>("SELECT 1 FROM sessions WHERE 1 = 0"));
        return true;
    } catch (const Error& error) {
        if (error.code() == Errc::statement) {
            return false;
        }
        throw;
    }
}

template <class Fn>
auto where_there_is_a_table(enginebay::Database& database, Fn fn)
    -> decltype(fn(std::declval<Session&>())) {
    Session session = database.session();
    try {
        return fn(session);
    } catch (const Error& error) {
        if (error.code() == Errc::statement && !has_sessions(session)) {
            return std::nullopt;
        }
        throw;
    }
}

}  // namespace

std::optional<std::string> SessionLookup::find_id(std::string_view field, const Value& value) {
    const SessionColumn& by = session_column(field);
    return where_there_is_a_table(database_, [&](Session& session) {
        const enginebay::Dialect& dialect = session.dialect();
        const std::vector<std::string> ids = read_texts(
            session,
            Statement{
                fmt::format("SELECT session_id FROM sessions WHERE {} = ? AND closed_at IS NULL"
                            " ORDER BY {} DESC NULLS LAST, session_id LIMIT 1",
                            dialect.quote(by.name), dialect.instant("last_activity")),
                value});
        return ids.empty() ? std::nullopt : std::optional{ids.front()};
    });
}

std::optional<Value> SessionLookup::field(const std::string& session_id, std::string_view field) {
    const SessionColumn& wanted = session_column(field);
    return where_there_is_a_table(database_, [&](Session& session) -> std::optional<Value> {
        std::vector<Value> found = read_values(
            session, Statement{fmt::format("SELECT {} FROM sessions WHERE session_id = ?",
                                           session.dialect().quote(wanted.name)),
                               session_id});
        if (found.empty() || std::holds_alternative<std::monostate>(found.front())) {
            return std::nullopt;
        }
        return with_meaning(std::move(found.front()), wanted.meaning);
    });
}

}  // namespace teleclaude
