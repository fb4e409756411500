// SPDX-License-Identifier: BSL-1.0
// Hooks: events of the AI tools' hooks, until delivered.
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

/// A row of hook_outbox.
struct Hook {
    std::int64_t id{0};
    std::string session_id;
    std::string event_type;
    std::string payload;  ///< JSON by intent; what is none was taken in all the same
    std::optional<enginebay::Timestamp> created_at;
    std::optional<enginebay::Timestamp> next_attempt_at;  ///< none: at once
    std::int64_t attempt_count{0};
    std::optional<std::string> last_error;
    std::optional<enginebay::Timestamp> delivered_at;
    std::optional<enginebay::Timestamp> locked_at;
};

constexpr auto fields(const Hook*) {
    using enginebay::field;
    return std::tuple{field("id", &Hook::id),
                      field("session_id", &Hook::session_id),
                      field("event_type", &Hook::event_type),
                      field("payload", &Hook::payload),
                      field("created_at", &Hook::created_at),
                      field("next_attempt_at", &Hook::next_attempt_at),
                      field("attempt_count", &Hook::attempt_count),
                      field("last_error", &Hook::last_error),
                      field("delivered_at", &Hook::delivered_at),
                      field("locked_at", &Hook::locked_at)};
}

class Hooks {
public:
    explicit Hooks(Store& store);

    /// How long a claim lasts, and how failures are tried again. Before the first use.
    void set_rules(std::chrono::milliseconds lock_lifetime, const RetryRules& rules);

    /// Its id, after the commit.
    std::int64_t enqueue(const std::string& session_id, const std::string& event_type,
                         const std::string& payload);
    std::optional<Hook> get(std::int64_t id);
    /// What is due, in the order of creation, without claiming it.
    std::vector<Hook> due(std::int64_t limit);
    /// Claims what is due for one worker; locked_at of each is the claim to show when marking.
    std::vector<Hook> claim(std::int64_t limit);
    /// Claims this one if it is due.
    std::optional<Claim> claim_one(std::int64_t id);
    /// Keeps a claim of a hook that waits in the worker's own queue.
    std::optional<Claim> renew(std::int64_t id, Claim claim) { return outbox_.renew(id, claim); }
    /// With an error it was final: nobody will try again.
    Marked delivered(std::int64_t id, std::optional<Claim> claim,
                     const std::optional<std::string>& error = {});
    /// Tried again later; after the last attempt it counts as delivered with this error.
    Marked failed(std::int64_t id, std::optional<Claim> claim, const std::string& error);

    std::int64_t release_expired() { return outbox_.release_expired(lock_lifetime_); }
    std::int64_t purge_delivered(enginebay::Timestamp limit) {
        return outbox_.purge_delivered(limit);
    }
    std::int64_t waiting() { return outbox_.waiting(); }

private:
    Store& store_;
    Outbox outbox_;
    std::chrono::milliseconds lock_lifetime_{std::chrono::seconds{30}};
    RetryRules rules_{};
};

}  // namespace teleclaude
