// SPDX-License-Identifier: BSL-1.0
// A database that has tables but no history of ours: which revision made such a structure?
// Threads: one per connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

/// Tables that are not looked at: those of others, and our own history.
std::vector<std::string> ignored_tables(const Schema& declared);

/// What the set makes of an empty database on this backend, once for each state a database without
/// history may be in.
struct Candidate {
    const Revision* revision;
    Structure structure;
};

/// The structures of the revisions that begin a history, the baseline first. Creates them in a
/// scratch place: the connection must be outside a transaction.
std::vector<Candidate> candidates(Connection& connection, Migrator& migrator,
                                  const MigrationSet& set, const std::string& backend);

/// The revision whose structure `live` is. Throws Errc::input with every difference to the nearest.
const Revision& recognise(const std::vector<Candidate>& candidates, const Structure& live,
                          const std::string& location);

/// Differences, one a line, for people.
std::string describe(const std::vector<Difference>& differences);

}  // namespace enginebay::migration
