// SPDX-License-Identifier: BSL-1.0
// Outbox: what the three outboxes (hooks, notifications, webhooks) have in common: rows that wait,
// are claimed by one worker at a time, and end delivered or given up.
// Threads: stateless.
//
// A claim is the instant at which a row was locked. Whoever marks a row shows it, so a worker that
// was too slow cannot mark what another has claimed meanwhile.
#pragma once

#include "store/statement.hpp"

#include <enginebay/session.hpp>
#include <enginebay/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace teleclaude {

class Store;

/// The moment of a claim; equal only to itself.
using Claim = enginebay::Timestamp;

/// How a failed delivery is tried again.
struct RetryRules {
    std::chrono::milliseconds first_wait{std::chrono::seconds{1}};
    std::chrono::milliseconds longest_wait{std::chrono::seconds{60}};
    std::int64_t attempts{0};  ///< then it is given up; 0: never

    /// The pause after the nth failure.
    [[nodiscard]] std::chrono::milliseconds wait_after(std::int64_t failures) const noexcept;
    [[nodiscard]] bool is_last(std::int64_t failures) const noexcept {
        return attempts > 0 && failures >= attempts;
    }
};

/// What became of a mark.
enum class Marked : std::uint8_t {
    done,
    unknown,  ///< no such row
    ended,    ///< it is delivered or given up already
    claimed,  ///< another worker has it
};

class Outbox {
public:
    /// `waiting` is the condition of rows that may be claimed at all; both texts are ours, never a
    /// user's.
    Outbox(Store& store, std::string_view table, Statement waiting)
        : store_{store}, table_{table}, waiting_{std::move(waiting)} {}

    /// Not while another thread uses it.
    void set_waiting(Statement waiting) { waiting_ = std::move(waiting); }

    /// A SELECT of `columns` of the rows that are due, oldest first, without claiming them.
    [[nodiscard]] Statement due(enginebay::Timestamp now, std::int64_t limit,
                                std::chrono::milliseconds lifetime,
                                const std::string& columns) const;
    /// Claims them in one statement that gives `columns`, in any order; a row whose claim is older
    /// than `lifetime` may be claimed anew.
    [[nodiscard]] Statement claim(Claim claim, std::int64_t limit,
                                  std::chrono::milliseconds lifetime,
                                  const std::string& columns) const;
    /// Claims one row if it is due.
    bool claim_one(std::int64_t id, Claim claim, std::chrono::milliseconds lifetime) const;
    /// A claim that stays: the new one, or nothing where it is lost.
    std::optional<Claim> renew(std::int64_t id, Claim claim) const;
    /// Runs "UPDATE <table> SET <assignments>" on a waiting row; with a claim only while it holds.
    Marked mark(std::int64_t id, std::optional<Claim> claim, const Statement& assignments) const;
    /// Takes away the claims older than `lifetime`; how many.
    std::int64_t release_expired(std::chrono::milliseconds lifetime) const;
    /// Deletes delivered rows older than `limit`; how many.
    std::int64_t purge_delivered(enginebay::Timestamp limit) const;
    /// How many wait.
    std::int64_t waiting() const;

private:
    [[nodiscard]] const enginebay::Dialect& dialect() const;
    [[nodiscard]] Statement due_condition(enginebay::Timestamp now,
                                          std::chrono::milliseconds lifetime) const;
    [[nodiscard]] std::string by_age() const;
    Marked why_not(enginebay::Session& session, std::int64_t id) const;

    Store& store_;
    std::string table_;
    Statement waiting_;
};

}  // namespace teleclaude
