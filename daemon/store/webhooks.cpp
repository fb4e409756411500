// SPDX-License-Identifier: BSL-1.0
// Webhooks: the statements.
#include "store/webhooks.hpp"

#include "store/json_text.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Session;
using enginebay::Timestamp;

void require_json(const char* what, const std::string& text) {
    if (!parse_json(text)) {
        throw Error{Errc::value, fmt::format("{} is not JSON", what)};
    }
}

std::vector<Webhook> in_order(std::vector<Webhook> rows) {
    std::sort(rows.begin(), rows.end(), [](const Webhook& a, const Webhook& b) {
        return std::tie(a.created_at, a.id) < std::tie(b.created_at, b.id);
    });
    return rows;
}

}  // namespace

std::optional<Timestamp> WebhookContract::expires_at() const {
    const auto contract = parse_json_object(contract_json);
    if (!contract || !contract->has("expires_at") || !contract->get("expires_at").isString()) {
        return std::nullopt;
    }
    return enginebay::parse_timestamp(contract->get("expires_at").toString());
}

Webhooks::Webhooks(Store& store)
    : store_{store}, outbox_{store, "webhook_outbox", Statement{"status = 'pending'"}} {}

void Webhooks::set_rules(std::chrono::milliseconds lock_lifetime, const RetryRules& rules) {
    lock_lifetime_ = lock_lifetime;
    rules_ = rules;
}

void Webhooks::upsert_contract(const std::string& id, const std::string& contract_json,
                               const std::string& source) {
    require_json("the contract", contract_json);
    const Timestamp now = enginebay::now();
    store_.write([&](Session& session) {
        session.execute(
            "INSERT INTO webhook_contracts (id, contract_json, active, source, created_at,"
            " updated_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " contract_json = excluded.contract_json, source = excluded.source,"
            " updated_at = excluded.updated_at, active = excluded.active",
            id, contract_json, true, source, now, now);
    });
}

bool Webhooks::deactivate_contract(const std::string& id) {
    return store_.write([&](Session& session) {
        return session.execute(
                   "UPDATE webhook_contracts SET active = ?, updated_at = ? WHERE id = ?", false,
                   enginebay::now(), id) > 0;
    });
}

std::vector<WebhookContract> Webhooks::contracts(bool active_only) {
    Statement statement{"SELECT " + columns_of<WebhookContract>() + " FROM webhook_contracts"};
    if (active_only) {
        statement.add(" WHERE active = ?", true);
    }
    return store_.read([&](Session& session) {
        return read_all<WebhookContract>(session, statement.add(" ORDER BY id"));
    });
}

std::int64_t Webhooks::sweep_contracts(Timestamp now) {
    std::int64_t swept = 0;
    for (const WebhookContract& contract : contracts()) {
        const auto expires = contract.expires_at();
        if (!expires || *expires >= now) {
            continue;
        }
        // Unless it was renewed meanwhile: then its text is another.
        swept += store_.write([&](Session& session) {
            return Statement{
                "UPDATE webhook_contracts SET active = ?, updated_at = ?"
                " WHERE id = ? AND CAST(contract_json AS TEXT) = ?",
                false, enginebay::now(), contract.id, contract.contract_json}
                .execute(session);
        });
    }
    return swept;
}

std::int64_t Webhooks::enqueue(const std::string& contract_id, const std::string& event_json,
                               const std::string& target_url,
                               const std::optional<std::string>& target_secret) {
    require_json("the event", event_json);
    const Timestamp now = enginebay::now();
    return store_.write([&](Session& session) {
        return session.query_one<std::int64_t>(
            "INSERT INTO webhook_outbox (contract_id, event_json, target_url, target_secret, "
            "status,"
            " created_at, next_attempt_at, attempt_count) VALUES (?, ?, ?, ?, 'pending', ?, ?, 0)"
            " RETURNING id",
            contract_id, event_json, target_url, target_secret, now, now);
    });
}

std::optional<Webhook> Webhooks::get(std::int64_t id) {
    return store_.read([&](Session& session) {
        return read_first<Webhook>(
            session,
            Statement{"SELECT " + columns_of<Webhook>() + " FROM webhook_outbox WHERE id = ?", id});
    });
}

std::vector<Webhook> Webhooks::due(std::int64_t limit) {
    return store_.read([&](Session& session) {
        return read_all<Webhook>(
            session, outbox_.due(enginebay::now(), limit, lock_lifetime_, columns_of<Webhook>()));
    });
}

std::vector<Webhook> Webhooks::claim(std::int64_t limit) {
    return in_order(store_.write([&](Session& session) {
        return read_all<Webhook>(
            session, outbox_.claim(enginebay::now(), limit, lock_lifetime_, columns_of<Webhook>()));
    }));
}

std::optional<Claim> Webhooks::claim_one(std::int64_t id) {
    const Claim claim = enginebay::now();
    return outbox_.claim_one(id, claim, lock_lifetime_) ? std::optional{claim} : std::nullopt;
}

Marked Webhooks::delivered(std::int64_t id, std::optional<Claim> claim) {
    return outbox_.mark(
        id, claim,
        Statement{"status = 'delivered', delivered_at = ?, last_error = NULL", enginebay::now()});
}

Marked Webhooks::failed(std::int64_t id, std::optional<Claim> claim, const std::string& error) {
    const std::optional<Webhook> row = get(id);
    const std::int64_t failures = row ? row->attempt_count + 1 : 1;
    if (rules_.is_last(failures)) {
        return end(id, claim, "dead_letter", error);
    }
    return outbox_.mark(
        id, claim,
        Statement{"attempt_count = attempt_count + 1, last_error = ?, next_attempt_at = ?", error,
                  enginebay::now() + rules_.wait_after(failures)});
}

Marked Webhooks::rejected(std::int64_t id, std::optional<Claim> claim, const std::string& error) {
    return end(id, claim, "rejected", error);
}

Marked Webhooks::end(std::int64_t id, std::optional<Claim> claim, const std::string& status,
                     const std::string& error) {
    return outbox_.mark(id, claim,
                        Statement{"status = ?, attempt_count = attempt_count + 1, last_error = ?,"
                                  " next_attempt_at = NULL",
                                  status, error});
}

}  // namespace teleclaude
