// SPDX-License-Identifier: BSL-1.0
// How far a revision has come whose steps are committed one by one: the table enginebay_journal.
// Threads: one per connection.
#pragma once

#include "migration/replay.hpp"

#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/migrator.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::migration {

inline constexpr std::string_view journal_table = "enginebay_journal";

/// Its table.
Table journal_definition();

struct JournalEntry {
    std::string revision;
    Way way{Way::up};
    std::string checksum;     ///< of the revision when it began
    std::int64_t done{0};     ///< so many statements are done
    std::int64_t started{0};  ///< greater than `done`: one that runs alone has begun
    bool operator==(const JournalEntry&) const = default;
};

class Journal {
public:
    Journal(Connection& connection, Migrator& migrator, const Dialect& dialect);

    /// None where the revision has not begun. Outside or inside a transaction.
    std::optional<JournalEntry> find(const std::string& revision);
    /// Every revision that has begun and not come to its end. Outside a transaction only.
    std::vector<JournalEntry> unfinished();
    /// Inside a transaction: writes the entry anew, making the table where it is missing.
    void put(const JournalEntry& entry);
    void erase(const std::string& revision);

private:
    bool find_table();

    Connection& connection_;
    Migrator& migrator_;
    const Dialect& dialect_;
};

}  // namespace enginebay::migration
