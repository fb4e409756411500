// SPDX-License-Identifier: BSL-1.0
// Webhooks: who is called about what, and the calls until they are delivered.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include "store/outbox.hpp"

#include <enginebay/rows.hpp>
#include <enginebay/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace teleclaude {

/// A row of webhook_contracts.
struct WebhookContract {
    std::string id;
    std::string contract_json;
    bool active{false};
    std::string source;
    std::optional<enginebay::Timestamp> created_at;
    std::optional<enginebay::Timestamp> updated_at;

    /// What stands in the contract at "expires_at"; nothing where there is no time.
    [[nodiscard]] std::optional<enginebay::Timestamp> expires_at() const;
};

constexpr auto fields(const WebhookContract*) {
    using enginebay::field;
    return std::tuple{field("id", &WebhookContract::id),
                      field("contract_json", &WebhookContract::contract_json),
                      field("active", &WebhookContract::active),
                      field("source", &WebhookContract::source),
                      field("created_at", &WebhookContract::created_at),
                      field("updated_at", &WebhookContract::updated_at)};
}

/// A row of webhook_outbox. The secret is in it: never log one.
struct Webhook {
    std::int64_t id{0};
    std::string contract_id;
    std::string event_json;
    std::string target_url;
    std::optional<std::string> target_secret;
    std::string status;  ///< "pending", "delivered", "rejected" (by the target), "dead_letter"
    std::optional<enginebay::Timestamp> created_at;
    std::optional<enginebay::Timestamp> delivered_at;
    std::int64_t attempt_count{0};
    std::optional<enginebay::Timestamp> next_attempt_at;
    std::optional<std::string> last_error;
    std::optional<enginebay::Timestamp> locked_at;
};

constexpr auto fields(const Webhook*) {
    using enginebay::field;
    return std::tuple{field("id", &Webhook::id),
                      field("contract_id", &Webhook::contract_id),
                      field("event_json", &Webhook::event_json),
                      field("target_url", &Webhook::target_url),
                      field("target_secret", &Webhook::target_secret),
                      field("status", &Webhook::status),
                      field("created_at", &Webhook::created_at),
                      field("delivered_at", &Webhook::delivered_at),
                      field("attempt_count", &Webhook::attempt_count),
                      field("next_attempt_at", &Webhook::next_attempt_at),
                      field("last_error", &Webhook::last_error),
                      field("locked_at", &Webhook::locked_at)};
}

class Webhooks {
public:
    explicit Webhooks(Store& store);

    void set_rules(std::chrono::milliseconds lock_lifetime, const RetryRules& rules);

    /// Makes it, or sets its text and source and activates it again. Throws Errc::value for text
    /// that is not JSON.
    void upsert_contract(const std::string& id, const std::string& contract_json,
                         const std::string& source = "api");
    /// False where there is none.
    bool deactivate_contract(const std::string& id);
    /// By id.
    std::vector<WebhookContract> contracts(bool active_only = true);
    /// Deactivates those whose time is over; how many.
    std::int64_t sweep_contracts(enginebay::Timestamp now);

    /// Throws Errc::value for an event that is not JSON.
    std::int64_t enqueue(const std::string& contract_id, const std::string& event_json,
                         const std::string& target_url,
                         const std::optional<std::string>& target_secret = {});
    std::optional<Webhook> get(std::int64_t id);
    std::vector<Webhook> due(std::int64_t limit);
    /// Claims what is due, also what a worker that died has left claimed; locked_at of each is the
    /// claim to show when marking.
    std::vector<Webhook> claim(std::int64_t limit);
    std::optional<Claim> claim_one(std::int64_t id);
    /// Keeps a claim of one that waits behind others: a call may take as long as its time limit.
    std::optional<Claim> renew(std::int64_t id, Claim claim) { return outbox_.renew(id, claim); }
    Marked delivered(std::int64_t id, std::optional<Claim> claim);
    /// Tried again later; after the last attempt it is a dead letter.
    Marked failed(std::int64_t id, std::optional<Claim> claim, const std::string& error);
    /// The target does not want it: final.
    Marked rejected(std::int64_t id, std::optional<Claim> claim, const std::string& error);

    std::int64_t release_expired() { return outbox_.release_expired(lock_lifetime_); }
    std::int64_t purge_delivered(enginebay::Timestamp limit) {
        return outbox_.purge_delivered(limit);
    }
    std::int64_t waiting() { return outbox_.waiting(); }

private:
    Marked end(std::int64_t id, std::optional<Claim> claim, const std::string& status,
               const std::string& error);

    Store& store_;
    Outbox outbox_;
    std::chrono::milliseconds lock_lifetime_{std::chrono::seconds{60}};
    RetryRules rules_{std::chrono::seconds{1}, std::chrono::seconds{60}, 10};
};

}  // namespace teleclaude
