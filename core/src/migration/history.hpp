// SPDX-License-Identifier: BSL-1.0
// The history a database carries of itself: the table enginebay_revision.
// Threads: one per connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::migration {

inline constexpr std::string_view history_table = "enginebay_revision";
/// The state of a revision that is being taken back step by step.
inline constexpr std::string_view undoing = "undoing";

/// The table as it is created.
Table history_definition();
/// The names of its columns, in the order of AppliedRevision; that of the meaning is not among
/// them.
std::vector<std::string> history_columns();

/// A row as it is written.
struct NewRow : AppliedRevision {
    std::string meaning;  ///< what its checksum is of; empty where that is very long
};

/// The row of a revision that was applied in no time.
NewRow row_of(const Revision& revision, std::string_view state, std::string by);

class History {
public:
    History(Connection& connection, Migrator& migrator, const Dialect& dialect);

    /// The rows, oldest first; empty where the table does not exist. One SELECT when it does, and
    /// no right to create anything is needed. Outside a transaction only.
    std::vector<AppliedRevision> read();
    /// The same inside one, where a SELECT that fails would spoil it: looks for the table first
    /// unless it is known to be there.
    std::vector<AppliedRevision> read_in_transaction();

    /// Adds rows, if there are any, as applied now and in this order; makes the table first where
    /// it is missing. `read_in_transaction()` comes before it.
    void add(std::span<const NewRow> rows);

    /// Takes a row away; nothing where there is none. In a transaction, like the next.
    void remove(const std::string& revision);
    /// Gives a row another state.
    void mark(const std::string& revision, std::string_view state);

    /// Refuses rows that the set does not know, or knows otherwise: Errc::input, with what is
    /// different. A transaction that is open may be spoilt then.
    void verify(const MigrationSet& set, std::span<const AppliedRevision> rows,
                const std::string& location);

    /// read(), verified.
    std::vector<AppliedRevision> read_verified(const MigrationSet& set,
                                               const std::string& location);

    [[nodiscard]] bool exists() const noexcept { return exists_; }
    /// The last read found nothing in the database at all.
    [[nodiscard]] bool found_nothing() const noexcept { return found_nothing_; }
    /// After a rollback: what was made may be gone.
    void forget() noexcept { exists_ = complete_ = false; }

private:
    std::vector<AppliedRevision> select();
    bool find_table();
    void insert(std::span<const NewRow> rows, Timestamp& at);
    void make_ready();
    std::string meaning_of(const std::string& revision) noexcept;

    Connection& connection_;
    Migrator& migrator_;
    const Dialect& dialect_;
    bool exists_{false};
    bool complete_{false};  // the table is as it is made today
    bool found_nothing_{false};
};

}  // namespace enginebay::migration
