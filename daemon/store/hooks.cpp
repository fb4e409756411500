// SPDX-License-Identifier: BSL-1.0
// Hooks: the statements.
#include "store/hooks.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

#include <algorithm>

namespace teleclaude {

using enginebay::Session;
using enginebay::Timestamp;

Hooks::Hooks(Store& store)
    : store_{store}, outbox_{store, "hook_outbox", Statement{"delivered_at IS NULL"}} {}

void Hooks::set_rules(std::chrono::milliseconds lock_lifetime, const RetryRules& rules) {
    lock_lifetime_ = lock_lifetime;
    rules_ = rules;
}

std::int64_t Hooks::enqueue(const std::string& session_id, const std::string& event_type,
                            const std::string& payload) {
    const Timestamp now = enginebay::now();
    return store_.write([&](Session& session) {
        return session.query_one<std::int64_t>(
            "INSERT INTO hook_outbox (session_id, event_type, payload, created_at, next_attempt_at,"
            " attempt_count) VALUES (?, ?, ?, ?, ?, 0) RETURNING id",
            session_id, event_type, payload, now, now);
    });
}

std::optional<Hook> Hooks::get(std::int64_t id) {
    return store_.read([&](Session& session) {
        return read_first<Hook>(
            session,
            Statement{"SELECT " + columns_of<Hook>() + " FROM hook_outbox WHERE id = ?", id});
    });
}

std::vector<Hook> Hooks::due(std::int64_t limit) {
    return store_.read([&](Session& session) {
        return read_all<Hook>(
            session, outbox_.due(enginebay::now(), limit, lock_lifetime_, columns_of<Hook>()));
    });
}

std::vector<Hook> Hooks::claim(std::int64_t limit) {
    std::vector<Hook> claimed = store_.write([&](Session& session) {
        return read_all<Hook>(
            session, outbox_.claim(enginebay::now(), limit, lock_lifetime_, columns_of<Hook>()));
    });
    std::sort(claimed.begin(), claimed.end(), [](const Hook& a, const Hook& b) {
        return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
    });
    return claimed;
}

std::optional<Claim> Hooks::claim_one(std::int64_t id) {
    const Claim claim = enginebay::now();
    return outbox_.claim_one(id, claim, lock_lifetime_) ? std::optional{claim} : std::nullopt;
}

Marked Hooks::delivered(std::int64_t id, std::optional<Claim> claim,
                        const std::optional<std::string>& error) {
    return outbox_.mark(id, claim,
                        Statement{"delivered_at = ?, last_error = ?", enginebay::now(), error});
}

Marked Hooks::failed(std::int64_t id, std::optional<Claim> claim, const std::string& error) {
    const std::optional<Hook> hook = get(id);
    const std::int64_t failures = hook ? hook->attempt_count + 1 : 1;
    const Timestamp now = enginebay::now();
    Statement assignments{"attempt_count = coalesce(attempt_count, 0) + 1, last_error = ?", error};
    assignments.add(", next_attempt_at = ?", now + rules_.wait_after(failures));
    if (rules_.is_last(failures)) {
        assignments.add(", delivered_at = ?", now);
    }
    return outbox_.mark(id, claim, assignments);
}

}  // namespace teleclaude
