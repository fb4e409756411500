// SPDX-License-Identifier: BSL-1.0
// Notifications: messages to people, until delivered.
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

/// A row of notification_outbox.
struct Notification {
    std::int64_t id{0};
    std::string channel;
    std::string recipient_email;
    std::string content;
    std::optional<std::string> file_path;
    std::string
        status;  ///< "pending", "failed" (tried again), "delivered", "dead_letter" (given up)
    std::optional<enginebay::Timestamp> created_at;
    std::optional<enginebay::Timestamp> delivered_at;
    std::int64_t attempt_count{0};
    std::optional<enginebay::Timestamp> next_attempt_at;
    std::optional<std::string> last_error;
    std::optional<enginebay::Timestamp> locked_at;
};

constexpr auto fields(const Notification*) {
    using enginebay::field;
    return std::tuple{field("id", &Notification::id),
                      field("channel", &Notification::channel),
                      field("recipient_email", &Notification::recipient_email),
                      field("content", &Notification::content),
                      field("file_path", &Notification::file_path),
                      field("status", &Notification::status),
                      field("created_at", &Notification::created_at),
                      field("delivered_at", &Notification::delivered_at),
                      field("attempt_count", &Notification::attempt_count),
                      field("next_attempt_at", &Notification::next_attempt_at),
                      field("last_error", &Notification::last_error),
                      field("locked_at", &Notification::locked_at)};
}

class Notifications {
public:
    explicit Notifications(Store& store);

    void set_rules(std::chrono::milliseconds lock_lifetime, const RetryRules& rules);

    std::int64_t enqueue(const std::string& channel, const std::string& recipient_email,
                         const std::string& content,
                         const std::optional<std::string>& file_path = {});
    /// Rows that older programs have given up (a next attempt of '') read as "dead_letter".
    std::optional<Notification> get(std::int64_t id);
    std::vector<Notification> due(std::int64_t limit);
    /// Claims what is due; locked_at of each is the claim to show when marking.
    std::vector<Notification> claim(std::int64_t limit);
    std::optional<Claim> claim_one(std::int64_t id);
    std::optional<Claim> renew(std::int64_t id, Claim claim) { return outbox_.renew(id, claim); }
    Marked delivered(std::int64_t id, std::optional<Claim> claim,
                     const std::optional<std::string>& error = {});
    /// Tried again later; after the last attempt it is given up.
    Marked failed(std::int64_t id, std::optional<Claim> claim, const std::string& error);
    /// Nobody can ever deliver it: given up at once.
    Marked give_up(std::int64_t id, std::optional<Claim> claim, const std::string& error);

    std::int64_t release_expired() { return outbox_.release_expired(lock_lifetime_); }
    std::int64_t purge_delivered(enginebay::Timestamp limit) {
        return outbox_.purge_delivered(limit);
    }
    std::int64_t waiting() { return outbox_.waiting(); }

private:
    Store& store_;
    std::chrono::milliseconds lock_lifetime_{std::chrono::seconds{30}};
    RetryRules rules_{std::chrono::seconds{1}, std::chrono::seconds{60}, 10};
    Outbox outbox_;
};

}  // namespace teleclaude
