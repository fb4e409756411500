// SPDX-License-Identifier: BSL-1.0
// The history a database carries of itself: the table enginebay_revision.
// Threads: one per connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

inline constexpr std::string_view history_table = "enginebay_revision";
/// The state of a revision that is being taken back step by step.
inline constexpr std::string_view undoing = "undoing";

/// The table as it is created.
Table history_definition();
/// The names of its columns, in the order of AppliedRevision.
std::vector<std::string> history_columns();

class History {
public:
    History(Connection& connection, Migrator& migrator, const Dialect& dialect);

    /// The rows, oldest first; empty where the table does not exist. One SELECT when it does, and
    /// no right to create anything is needed. Outside a transaction only.
    std::vector<AppliedRevision> read();
    /// The same inside one, where a SELECT that fails would spoil it: looks for the table first
    /// unless it is known to be there.
    std::vector<AppliedRevision> read_in_transaction();

    /// Adds a row, making the table first where it is missing. `read_in_transaction()` comes first.
    void add(const AppliedRevision& row);

    /// Takes a row away; nothing where there is none. In a transaction, like the next.
    void remove(const std::string& revision);
    /// Gives a row another state.
    void mark(const std::string& revision, std::string_view state);

    [[nodiscard]] bool exists() const noexcept { return exists_; }
    /// After a rollback: what was made may be gone.
    void forget() noexcept { exists_ = false; }

private:
    std::vector<AppliedRevision> select();
    bool find_table();

    Connection& connection_;
    Migrator& migrator_;
    const Dialect& dialect_;
    bool exists_{false};
};

}  // namespace enginebay::migration
