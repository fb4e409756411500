// SPDX-License-Identifier: BSL-1.0
// A database that has tables but no history of ours: its state is found by its structure, the
// frozen steps that are missing run, and the revision that replaces them is where it then stands.
// Threads: one per connection.
#pragma once

#include "migration/legacy_steps.hpp"

#include <enginebay/connection.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace enginebay::migration {

/// Tables that are not looked at: those of others, and our own history.
std::vector<std::string> ignored_tables(const Schema& declared);

/// What became of a database that was adopted.
struct Adopted {
    const Revision* revision{nullptr};  ///< where it stands now
    std::vector<const Revision*> ran;   ///< frozen revisions of which something had to be done
    bool changed{false};                ///< something of them ran at all
    std::vector<std::string> notes;     ///< for people
};

class Adoption {
public:
    /// Learns what the known states look like, in a scratch place: the connection must be outside a
    /// transaction. `found` is what the database looks like now.
    Adoption(Engine& engine, Connection& connection, Migrator& migrator, const MigrationSet& set,
             const std::string& backend, const UpgradeOptions& options, const Structure& found);

    /// False: the database has changed since, and more is to be learnt about it.
    [[nodiscard]] bool can_judge(const Structure& live) const;

    /// What the transaction has to be prepared for.
    [[nodiscard]] std::span<const Operation> operations() const;

    /// Inside a write transaction. Throws Errc::input with the nearest state
    /// and every difference for a database that no known step leads to the beginning of our
    /// history; whatever it throws, the caller rolls back.
    Adopted run(const Structure& live);

private:
    struct Outcome {
        std::vector<Difference> left;  ///< what no step has mended; empty: it fits
        std::string failed;            ///< why the steps could not run; empty: they could
        const KnownState* state{nullptr};
    };

    [[nodiscard]] const KnownState* recognise(const Structure& live) const;
    Outcome run_missing(const Structure& live, Adopted& adopted);
    bool run_step(const LegacyStep& step);
    void learn_later(const Structure& found, const std::string& backend);
    [[noreturn]] void refuse(const Structure& live, const Outcome& outcome) const;

    Engine& engine_;
    Connection& connection_;
    Migrator& migrator_;
    const MigrationSet& set_;
    const UpgradeOptions& options_;
    std::vector<std::string> ignored_;
    std::string location_;
    std::vector<KnownState> roots_;    ///< of the revisions that begin a history
    std::vector<KnownState> later_;    ///< of those after them that have the columns that are there
    std::optional<LegacySteps> past_;  ///< towards the first root that replaces any
    bool learnt_{false};               ///< the past was looked at
};

/// Differences, one a line, for people.
std::string describe(const std::vector<Difference>& differences);

}  // namespace enginebay::migration
