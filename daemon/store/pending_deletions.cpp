// SPDX-License-Identifier: BSL-1.0
// PendingDeletions: the statements.
#include "store/pending_deletions.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

namespace teleclaude {

using enginebay::Session;

std::vector<std::string> PendingDeletions::get(const std::string& session_id,
                                               const std::string& deletion_type) {
    return store_.read([&](Session& session) {
        return read_texts(session,
                          Statement{"SELECT message_id FROM pending_message_deletions"
                                    " WHERE session_id = ? AND deletion_type = ? ORDER BY id",
                                    session_id, deletion_type});
    });
}

void PendingDeletions::add(const std::string& session_id, const std::string& message_id,
                           const std::string& deletion_type) {
    store_.write([&](Session& session) {
        session.execute(
            "INSERT INTO pending_message_deletions (session_id, message_id, deletion_type,"
            " created_at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (session_id, message_id, deletion_type) DO NOTHING",
            session_id, message_id, deletion_type, enginebay::now());
    });
}

void PendingDeletions::clear(const std::string& session_id, const std::string& deletion_type) {
    store_.write([&](Session& session) {
        session.execute(
            "DELETE FROM pending_message_deletions WHERE session_id = ? AND deletion_type = ?",
            session_id, deletion_type);
    });
}

}  // namespace teleclaude
