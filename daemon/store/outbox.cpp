// SPDX-License-Identifier: BSL-1.0
// Outbox: the statements that the three outboxes share.
#include "store/outbox.hpp"

#include "store/rows.hpp"
#include "store/store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace teleclaude {

using enginebay::Session;
using enginebay::Timestamp;
using std::chrono::milliseconds;

milliseconds RetryRules::wait_after(std::int64_t failures) const noexcept {
    milliseconds wait = first_wait;
    for (std::int64_t i = 1; i < failures && wait < longest_wait; ++i) {
        wait *= 2;
    }
    return std::min(wait, longest_wait);
}

const enginebay::Dialect& Outbox::dialect() const { return store_.database().engine().dialect(); }

Statement Outbox::due_condition(Timestamp now, milliseconds lifetime) const {
    const std::string parameter = dialect().instant("?");
    Statement condition{" WHERE "};
    condition.add(waiting_);
    // No time of the next attempt means at once; one that is no time means never.
    condition.add(fmt::format(" AND (next_attempt_at IS NULL OR {} <= {})",
                              dialect().instant("next_attempt_at"), parameter),
                  now);
    condition.add(
        fmt::format(" AND ({0} IS NULL OR {0} <= {1})", dialect().instant("locked_at"), parameter),
        now - lifetime);
    return condition;
}

std::string Outbox::by_age() const {
    return fmt::format(" ORDER BY {} NULLS FIRST, id", dialect().instant("created_at"));
}

Statement Outbox::due(Timestamp now, std::int64_t limit, milliseconds lifetime,
                      const std::string& columns) const {
    Statement select{fmt::format("SELECT {} FROM {}", columns, table_)};
    select.add(due_condition(now, lifetime));
    return select.add(by_age() + " LIMIT ?", limit);
}

Statement Outbox::claim(Claim claim, std::int64_t limit, milliseconds lifetime,
                        const std::string& columns) const {
    Statement statement{fmt::format("WITH due AS MATERIALIZED (SELECT id FROM {}", table_)};
    statement.add(due_condition(claim, lifetime));
    statement.add(by_age() + " LIMIT ?", limit).add(dialect().claim_clause());
    return statement.add(fmt::format(") UPDATE {} SET locked_at = ?"
                                     " WHERE id IN (SELECT id FROM due) RETURNING {}",
                                     table_, columns),
                         claim);
}

bool Outbox::claim_one(std::int64_t id, Claim claim, milliseconds lifetime) const {
    return store_.write([&](Session& session) {
        Statement statement{fmt::format("UPDATE {} SET locked_at = ?", table_), claim};
        statement.add(due_condition(claim, lifetime));
        return statement.add(" AND id = ?", id).execute(session) > 0;
    });
}

std::optional<Claim> Outbox::renew(std::int64_t id, Claim claim) const {
    const Claim renewed = std::max(enginebay::now(), claim + std::chrono::microseconds{1});
    const bool held = store_.write([&](Session& session) {
        Statement statement{fmt::format("UPDATE {} SET locked_at = ? WHERE ", table_), renewed};
        statement.add(waiting_).add(" AND id = ? AND locked_at = ?", id, claim);
        return statement.execute(session) > 0;
    });
    return held ? std::optional{renewed} : std::nullopt;
}

Marked Outbox::mark(std::int64_t id, std::optional<Claim> claim,
                    const Statement& assignments) const {
    return store_.write([&](Session& session) {
        Statement statement{fmt::format("UPDATE {} SET locked_at = NULL, ", table_)};
        statement.add(assignments).add(" WHERE ").add(waiting_).add(" AND id = ?", id);
        if (claim) {
            statement.add(" AND locked_at = ?", *claim);
        }
        return statement.execute(session) > 0 ? Marked::done : why_not(session, id);
    });
}

Marked Outbox::why_not(Session& session, std::int64_t id) const {
    const Statement any{fmt::format("SELECT 1 FROM {} WHERE id = ?", table_), id};
    if (!read_number(session, any)) {
        return Marked::unknown;
    }
    Statement still{fmt::format("SELECT 1 FROM {} WHERE ", table_)};
    still.add(waiting_).add(" AND id = ?", id);
    return read_number(session, still) ? Marked::claimed : Marked::ended;
}

std::int64_t Outbox::release_expired(milliseconds lifetime) const {
    const Timestamp limit = enginebay::now() - lifetime;
    return store_.write([&](Session& session) {
        Statement statement{fmt::format("UPDATE {} SET locked_at = NULL WHERE ", table_)};
        statement.add(waiting_).add(
            fmt::format(" AND {} <= {}", dialect().instant("locked_at"), dialect().instant("?")),
            limit);
        return statement.execute(session);
    });
}

std::int64_t Outbox::purge_delivered(Timestamp limit) const {
    return store_.write([&](Session& session) {
        return Statement{fmt::format("DELETE FROM {} WHERE {} < {}", table_,
                                     dialect().instant("delivered_at"), dialect().instant("?")),
                         limit}
            .execute(session);
    });
}

std::int64_t Outbox::waiting() const {
    return store_.read([&](Session& session) {
        Statement statement{fmt::format("SELECT count(*) FROM {} WHERE ", table_)};
        return read_number(session, statement.add(waiting_)).value_or(0);
    });
}

}  // namespace teleclaude
