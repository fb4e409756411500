// SPDX-License-Identifier: BSL-1.0
// Notifications: the statements.
#include "store/notifications.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace teleclaude {
namespace {

using enginebay::Session;
using enginebay::Timestamp;

// What was given up in the old way is not waiting: it has failed, and its next attempt is no time
// (NULL where the backend could not keep that).
Statement waiting_condition(const RetryRules& rules) {
    Statement waiting{
        "delivered_at IS NULL AND (status = 'pending'"
        " OR (status = 'failed' AND next_attempt_at IS NOT NULL))"};
    if (rules.attempts > 0) {
        waiting.add(" AND coalesce(attempt_count, 0) < ?", rules.attempts);
    }
    return waiting;
}

void complete(Notification& row) {
    if (row.status == "failed" && !row.next_attempt_at) {
        row.status = "dead_letter";
    }
}

std::vector<Notification> completed(std::vector<Notification> rows) {
    std::for_each(rows.begin(), rows.end(), complete);
    std::sort(rows.begin(), rows.end(), [](const Notification& a, const Notification& b) {
        return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
    });
    return rows;
}

}  // namespace

Notifications::Notifications(Store& store)
    : store_{store}, outbox_{store, "notification_outbox", waiting_condition(rules_)} {}

void Notifications::set_rules(std::chrono::milliseconds lock_lifetime, const RetryRules& rules) {
    lock_lifetime_ = lock_lifetime;
    rules_ = rules;
    outbox_.set_waiting(waiting_condition(rules));
}

std::int64_t Notifications::enqueue(const std::string& channel, const std::string& recipient_email,
                                    const std::string& content,
                                    const std::optional<std::string>& file_path) {
    const Timestamp now = enginebay::now();
    return store_.write([&](Session& session) {
        return session.query_one<std::int64_t>(
            "INSERT INTO notification_outbox (channel, recipient_email, content, file_path, status,"
            " created_at, next_attempt_at, attempt_count) VALUES (?, ?, ?, ?, 'pending', ?, ?, 0)"
            " RETURNING id",
            channel, recipient_email, content, file_path, now, now);
    });
}

std::optional<Notification> Notifications::get(std::int64_t id) {
    return store_.read([&](Session& session) {
        auto row = read_first<Notification>(session,
                                            Statement{"SELECT " + columns_of<Notification>() +
                                                          " FROM notification_outbox WHERE id = ?",
                                                      id});
        if (row) {
            complete(*row);
        }
        return row;
    });
}

std::vector<Notification> Notifications::due(std::int64_t limit) {
    return store_.read([&](Session& session) {
        return completed(read_all<Notification>(
            session,
            outbox_.due(enginebay::now(), limit, lock_lifetime_, columns_of<Notification>())));
    });
}

std::vector<Notification> Notifications::claim(std::int64_t limit) {
    return completed(store_.write([&](Session& session) {
        return read_all<Notification>(
            session,
            outbox_.claim(enginebay::now(), limit, lock_lifetime_, columns_of<Notification>()));
    }));
}

std::optional<Claim> Notifications::claim_one(std::int64_t id) {
    const Claim claim = enginebay::now();
    return outbox_.claim_one(id, claim, lock_lifetime_) ? std::optional{claim} : std::nullopt;
}

Marked Notifications::delivered(std::int64_t id, std::optional<Claim> claim,
                                const std::optional<std::string>& error) {
    return outbox_.mark(id, claim,
                        Statement{"status = 'delivered', delivered_at = ?, last_error = ?",
                                  enginebay::now(), error});
}

Marked Notifications::failed(std::int64_t id, std::optional<Claim> claim,
                             const std::string& error) {
    const std::optional<Notification> row = get(id);
    const std::int64_t failures = row ? row->attempt_count + 1 : 1;
    if (rules_.is_last(failures)) {
        return give_up(id, claim, error);
    }
    return outbox_.mark(
        id, claim,
        Statement{"status = 'failed', attempt_count = coalesce(attempt_count, 0) + 1,"
                  " last_error = ?, next_attempt_at = ?",
                  error, enginebay::now() + rules_.wait_after(failures)});
}

Marked Notifications::give_up(std::int64_t id, std::optional<Claim> claim,
                              const std::string& error) {
    return outbox_.mark(id, claim,
                        Statement{"status = 'dead_letter', next_attempt_at = NULL,"
                                  " attempt_count = coalesce(attempt_count, 0) + 1, last_error = ?",
                                  error});
}

}  // namespace teleclaude
