// SPDX-License-Identifier: BSL-1.0
// Voice assignments: the statements.
#include "store/voices.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

namespace teleclaude {

using enginebay::Session;

void Voices::assign(const std::string& id, const std::string& service_name,
                    const std::string& voice) {
    store_.write([&](Session& session) {
        session.upsert("voice_assignments", {"id"},
                       VoiceAssignment{id, service_name, voice, enginebay::now()});
    });
}

std::optional<std::string> Voices::get(const std::string& id) {
    const std::optional<VoiceAssignment> found = find(id);
    return found ? std::optional{found->voice.value_or("")} : std::nullopt;
}

std::optional<VoiceAssignment> Voices::find(const std::string& id) {
    return store_.read([&](Session& session) {
        return read_first<VoiceAssignment>(session,
                                           Statement{"SELECT " + columns_of<VoiceAssignment>() +
                                                         " FROM voice_assignments WHERE id = ?",
                                                     id});
    });
}

std::set<std::pair<std::string, std::string>> Voices::in_use() {
    return store_.read([](Session& session) {
        std::set<std::pair<std::string, std::string>> voices;
        const Statement in_use{"SELECT " + columns_of<VoiceAssignment>("v.") +
                               " FROM voice_assignments v JOIN sessions s ON s.session_id = v.id"
                               " WHERE s.closed_at IS NULL AND v.service_name IS NOT NULL"
                               " AND (s.lifecycle_status IS NULL OR s.lifecycle_status <> "
                               "'closed')"};
        for (const VoiceAssignment& row : read_all<VoiceAssignment>(session, in_use)) {
            voices.emplace(row.service_name.value_or(""), row.voice.value_or(""));
        }
        return voices;
    });
}

std::size_t Voices::clean_up_stale(std::chrono::seconds max_age) {
    const enginebay::Timestamp limit = enginebay::now() - max_age;
    return static_cast<std::size_t>(store_.write([limit](Session& session) {
        const std::string assigned = session.dialect().instant("assigned_at");
        return Statement{fmt::format("DELETE FROM voice_assignments WHERE {0} IS NULL OR {0} < {1}",
                                     assigned, session.dialect().instant("?")),
                         limit}
            .execute(session);
    }));
}

}  // namespace teleclaude
