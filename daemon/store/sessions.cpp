// SPDX-License-Identifier: BSL-1.0
// Sessions: creating them, what the AI tools' hooks note of them, and telling of changes.
#include "store/sessions.hpp"

#include "log.hpp"
#include "store/json_text.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <enginebay/error.hpp>

#include <Poco/JSON/Array.h>
#include <Poco/UUIDGenerator.h>
#include <fmt/format.h>

#include <utility>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Session;
using enginebay::Timestamp;
using enginebay::Value;

/// What is set, by column; the others get the table's defaults.
SessionChanges columns_of_new(const NewSession& session, const std::string& id) {
    const Timestamp now = enginebay::now();
    SessionChanges values{{"session_id", id},
                          {"computer_name", session.computer_name},
                          {"title", session.title},
                          {"last_input_origin", session.last_input_origin},
                          {"adapter_metadata", session.adapter_metadata},
                          {"created_at", now},
                          {"last_activity", now},
                          {"lifecycle_status", session.lifecycle_status}};
    for (const auto& [name, value] : {std::pair{"tmux_session_name", &session.tmux_session_name},
                                      {"project_path", &session.project_path},
                                      {"subdir", &session.subdir},
                                      {"description", &session.description},
                                      {"working_slug", &session.working_slug},
                                      {"initiator_session_id", &session.initiator_session_id},
                                      {"human_email", &session.human_email},
                                      {"human_role", &session.human_role},
                                      {"active_agent", &session.active_agent},
                                      {"native_session_id", &session.native_session_id},
                                      {"native_log_file", &session.native_log_file}}) {
        if (*value) {
            values.emplace(name, **value);
        }
    }
    for (const auto& [name, value] : session.more) {
        values.insert_or_assign(name, value);
    }
    return checked_changes(values);
}

// Both backends lock a row that is updated, to the same value too: what is read after it stays.
bool hold_row(Session& session, const std::string& session_id) {
    return session.execute("UPDATE sessions SET session_id = session_id WHERE session_id = ?",
                           session_id) > 0;
}

struct LogFiles {
    std::optional<std::string> native_log_file;
    std::optional<std::string> transcript_files;
};

constexpr auto fields(const LogFiles*) {
    return std::tuple{enginebay::field("native_log_file", &LogFiles::native_log_file),
                      enginebay::field("transcript_files", &LogFiles::transcript_files)};
}

std::string with_path(const std::optional<std::string>& list, const std::string& path) {
    const auto value = parse_json(list.value_or("[]"));
    Poco::JSON::Array::Ptr paths{new Poco::JSON::Array};
    if (value && value->type() == typeid(Poco::JSON::Array::Ptr)) {
        paths = value->extract<Poco::JSON::Array::Ptr>();
    }
    for (const auto& each : *paths) {
        if (each.isString() && each.toString() == path) {
            return to_json(paths);
        }
    }
    paths->add(path);
    return to_json(paths);
}

}  // namespace

SessionRow Sessions::create(NewSession session) {
    if (session.title.empty()) {
        session.title = fmt::format("[{}] Untitled", session.computer_name);
    }
    return insert(session);
}

SessionRow Sessions::create_headless(NewSession session) {
    session.lifecycle_status = "headless";
    session.tmux_session_name.reset();
    session.more.erase("tmux_session_name");
    return insert(session);
}

SessionRow Sessions::insert(const NewSession& session) {
    if (session.computer_name.empty()) {
        throw Error{Errc::value, "session field 'computer_name': a value is meant"};
    }
    const std::string id = session.session_id.empty()
                               ? Poco::UUIDGenerator::defaultGenerator().createRandom().toString()
                               : session.session_id;
    const SessionChanges values = columns_of_new(session, id);
    store_.write([&values](Session& to) {
        std::string names;
        std::vector<Value> list;
        for (const auto& [name, value] : values) {
            names += (names.empty() ? "" : ", ") + to.dialect().quote(name);
            list.push_back(value);
        }
        Statement("INSERT INTO sessions (" + names + ") VALUES ").add_list(list).execute(to);
    });
    emit(SessionEvent::Kind::started, id);
    std::optional<SessionRow> made = get(id);
    if (!made) {
        throw Error{Errc::unique_violation,
                    fmt::format("session '{}' was deleted right after it was created", id)};
    }
    return *std::move(made);
}

bool Sessions::attach_native(const std::string& session_id,
                             const std::optional<std::string>& native_session_id,
                             const std::optional<std::string>& native_log_file) {
    return store_.write([&](Session& session) {
        if (!hold_row(session, session_id)) {
            return false;
        }
        const LogFiles is =
            read_first<LogFiles>(session, Statement{"SELECT " + columns_of<LogFiles>() +
                                                        " FROM sessions WHERE session_id = ?",
                                                    session_id})
                .value_or(LogFiles{});
        const std::string was = is.native_log_file.value_or("");
        const bool moved = native_log_file && !was.empty() && was != *native_log_file;
        Statement(
            "UPDATE sessions SET native_session_id = coalesce(?, native_session_id),"
            " native_log_file = coalesce(?, native_log_file), transcript_files = ?"
            " WHERE session_id = ?",
            native_session_id, native_log_file,
            moved ? with_path(is.transcript_files, was) : is.transcript_files.value_or("[]"),
            session_id)
            .execute(session);
        return true;
    });
}

void Sessions::emit(SessionEvent::Kind kind, const std::string& session_id,
                    SessionChanges changes) const {
    if (!observer_) {
        return;
    }
    try {
        observer_({kind, session_id, std::move(changes)});
    } catch (const std::exception& error) {
        log().warning(
            fmt::format("an observer of session {} failed: {}", session_id, error.what()));
    }
}

}  // namespace teleclaude
