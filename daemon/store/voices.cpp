// SPDX-License-Identifier: BSL-1.0
// Voice assignments: the statements.
#include "store/voices.hpp"

#include "store/store.hpp"

#include <enginebay/timestamp.hpp>

#include <vector>

namespace teleclaude {
namespace {

using enginebay::Session;
using enginebay::Timestamp;
using enginebay::Value;

// What older versions have written as text is spelled in four ways; each means an instant.
std::optional<Timestamp> instant_of(const Value& value) {
    if (const auto* instant = std::get_if<Timestamp>(&value)) {
        return *instant;
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
        return enginebay::parse_timestamp(*text);
    }
    return std::nullopt;
}

// The rows are compared here and not in SQL: where a backend keeps instants as text, `<` compares
// spellings, and '2026-01-02T00:00' counts as younger than '2026-01-02 23:59'.
std::vector<std::string> older_than(Session& session, Timestamp limit) {
    std::vector<std::string> old;
    for (const auto& [id, assigned_at] : session.query<std::optional<std::string>, Value>(
             "SELECT id, assigned_at FROM voice_assignments")) {
        const std::optional<Timestamp> instant = instant_of(assigned_at);
        if (id && (!instant || *instant < limit)) {
            old.push_back(*id);
        }
    }
    return old;
}

}  // namespace

void Voices::assign(const std::string& id, const std::string& service_name,
                    const std::string& voice) {
    const std::lock_guard lock{mutex_};
    store_.write([&](Session& session) {
        session.upsert("voice_assignments", {"id"},
                       VoiceAssignment{id, service_name, voice, enginebay::now()});
    });
}

std::optional<std::string> Voices::get(const std::string& id) {
    Session session = store_.database().session();
    const auto voice = session.query_optional<std::optional<std::string>>(
        "SELECT voice FROM voice_assignments WHERE id = ?", id);
    if (!voice) {
        return std::nullopt;
    }
    return voice->value_or("");
}

std::set<std::pair<std::string, std::string>> Voices::in_use() {
    Session session = store_.database().session();
    std::set<std::pair<std::string, std::string>> voices;
    for (const auto& [service, voice] : session.query<std::string, std::optional<std::string>>(
             "SELECT v.service_name, v.voice FROM voice_assignments v"
             " JOIN sessions s ON s.session_id = v.id"
             " WHERE s.closed_at IS NULL AND v.service_name IS NOT NULL"
             " AND (s.lifecycle_status IS NULL OR s.lifecycle_status <> 'closed')")) {
        voices.emplace(service, voice.value_or(""));
    }
    return voices;
}

std::size_t Voices::clean_up_stale(std::chrono::seconds max_age) {
    const std::lock_guard lock{mutex_};
    const Timestamp limit = enginebay::now() - max_age;
    return store_.write([limit](Session& session) {
        const std::vector<std::string> old = older_than(session, limit);
        for (const std::string& id : old) {
            session.execute("DELETE FROM voice_assignments WHERE id = ?", id);
        }
        return old.size();
    });
}

}  // namespace teleclaude
