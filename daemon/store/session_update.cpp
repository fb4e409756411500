// SPDX-License-Identifier: BSL-1.0
// Sessions: changing fields.
#include "store/rows.hpp"
#include "store/session_columns.hpp"
#include "store/sessions.hpp"
#include "store/store.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Session;
using enginebay::Value;

std::vector<Value> current_values(Session& session, const std::string& session_id,
                                  const SessionChanges& changes) {
    std::string list;
    for (const auto& [name, unused] : changes) {
        list += (list.empty() ? "" : ", ") + session.dialect().quote(name);
    }
    return read_values(
        session,
        Statement{fmt::format("SELECT {} FROM sessions WHERE session_id = ?", list), session_id});
}

/// What of `changes` differs from the row: times as instants, whatever their spelling. Metadata
/// always counts as changed.
SessionChanges differing(const SessionChanges& changes, const std::vector<Value>& current) {
    SessionChanges result;
    auto value = current.begin();
    for (const auto& [name, wanted] : changes) {
        const Value is = with_meaning(*value++, session_column(name).meaning);
        if (is != wanted || name == "adapter_metadata") {
            result.emplace(name, wanted);
        }
    }
    return result;
}

void add_automatic_times(SessionChanges& differing, const SessionChanges& given) {
    for (const auto& [text, time] : {std::pair{"last_message_sent", "last_message_sent_at"},
                                     std::pair{"last_output_raw", "last_output_at"}}) {
        if (differing.contains(text) && !given.contains(time)) {
            differing[time] = enginebay::now();
        }
    }
}

void write_changes(Session& session, const std::string& session_id, const SessionChanges& changes) {
    Statement update{"UPDATE sessions SET "};
    bool first = true;
    for (const auto& [name, value] : changes) {
        update.add((first ? "" : ", ") + session.dialect().quote(name) + " = ?", value);
        first = false;
    }
    update.add(" WHERE session_id = ?", session_id);
    update.execute(session);
}

}  // namespace

std::optional<SessionChanges> Sessions::update(const std::string& session_id,
                                               const SessionChanges& changes) {
    if (changes.contains("session_id")) {
        throw Error{Errc::usage, "a session's id cannot be changed"};
    }
    const SessionChanges given = checked_changes(changes);
    if (given.empty()) {
        return get(session_id) ? std::optional{SessionChanges{}} : std::nullopt;
    }
    const auto changed = store_.write([&](Session& session) -> std::optional<SessionChanges> {
        const std::vector<Value> current = current_values(session, session_id, given);
        if (current.empty()) {
            return std::nullopt;
        }
        SessionChanges differs = differing(given, current);
        add_automatic_times(differs, given);
        if (!differs.empty()) {
            write_changes(session, session_id, differs);
        }
        return differs;
    });
    // The digest of an output is bookkeeping: nobody is told.
    const bool silent = changed && changed->size() == 1 && changed->contains("last_output_digest");
    if (changed && !changed->empty() && !silent) {
        emit(SessionEvent::Kind::updated, session_id, *changed);
    }
    return changed;
}

bool Sessions::touch(const std::string& session_id) {
    return update(session_id, {{"last_activity", enginebay::now()}}).has_value();
}

std::optional<std::string> Sessions::output_message_id(const std::string& session_id) {
    const std::optional<SessionRow> row = get(session_id);
    return row ? row->output_message_id : std::nullopt;
}

void Sessions::set_output_message_id(const std::string& session_id,
                                     const std::optional<std::string>& message_id) {
    update(session_id, {{"output_message_id", message_id ? Value{*message_id} : Value{}}});
}

bool Sessions::notification_flag(const std::string& session_id) {
    const std::optional<SessionRow> row = get(session_id);
    return row && row->notification_sent;
}

void Sessions::set_notification_flag(const std::string& session_id, bool value) {
    update(session_id, {{"notification_sent", value}});
}

}  // namespace teleclaude
