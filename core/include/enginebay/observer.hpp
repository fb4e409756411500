// SPDX-License-Identifier: BSL-1.0
// StatementObserver: is told of every statement that sessions run, once it is over: for numbers,
// traces, a log of what is slow.
// Threads: called by many threads at once, each in the middle of its own work.  Ownership: shared
// with the Database it was given to.
//
//     database.observe(std::make_shared<MyNumbers>());  // before the first session
//
// Without an observer a statement costs what it cost before. With one: two looks at the clock, a
// look at the first word of the text, and for rows one virtual call more each.
#pragma once

#include <enginebay/error.hpp>
#include <enginebay/export.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace enginebay {

/// What a statement does, by the verb that leads it (behind WITH: by the verb it leads to).
enum class StatementKind : std::uint8_t {
    select,
    insert,
    update,
    remove,  ///< DELETE
    begin,
    commit,
    rollback,
    batch,  ///< all statements of a Batch
    bulk,   ///< all rows of copy_in() or upsert_all()
    other,  ///< DDL, savepoints, settings
};
inline constexpr std::size_t statement_kinds = 10;

/// "select", "insert", "update", "delete", "begin", ...
ENGINEBAY_API std::string_view to_string(StatementKind kind) noexcept;

struct StatementEvent {
    StatementKind kind{StatementKind::other};
    /// The text, without its values; empty for begin, commit, rollback, batch and bulk. Valid
    /// during the call.
    std::string_view sql;
    /// From the call to its end; of a query until the last row was read or the range was left.
    std::chrono::nanoseconds time{0};
    std::optional<Errc> failure;
};

class ENGINEBAY_API StatementObserver {
public:
    StatementObserver() = default;
    StatementObserver(const StatementObserver&) = delete;
    StatementObserver& operator=(const StatementObserver&) = delete;
    virtual ~StatementObserver();

    /// A statement is over. Must not use the session.
    virtual void finished(const StatementEvent& event) noexcept = 0;
    /// A transaction is about to be run again, because of this.
    virtual void retried(Errc why) noexcept;
};

}  // namespace enginebay
