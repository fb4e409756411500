// SPDX-License-Identifier: BSL-1.0
// The frozen revisions before a baseline, operation by operation, each with what it does to the
// structure as the backend itself reports it: so that a live structure tells which of them it has
// behind it. They are one line of revisions; one that stands alone beside it is another beginning:
// what some databases began with instead, and others were given on the way.
// Threads: one per connection while learning, pure afterwards.
#pragma once

#include "migration/statements.hpp"

#include <enginebay/connection.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace enginebay::migration {

/// What a revision makes of an empty database, with all before it.
struct KnownState {
    const Revision* revision;
    Structure structure;
};

/// One operation.
struct LegacyStep {
    std::vector<Statement> statements;
    bool may_change_structure{false};  ///< as its file says
    Structure adds;                    ///< facts that it makes
    Structure removes;                 ///< facts that are gone, or otherwise, behind it

    [[nodiscard]] const Revision& revision() const { return *statements.front().revision; }
    /// False: it changes rows at most, bears being repeated, and cannot be seen in a structure.
    [[nodiscard]] bool structural() const { return !adds.empty() || !removes.empty(); }
};

class LegacySteps {
public:
    /// Of the revisions that `root` replaces and that run on the backend. Runs them in scratch
    /// places: the connection must be outside a transaction.
    LegacySteps(Connection& connection, Migrator& migrator, const MigrationSet& set,
                const Revision& root, const std::string& backend,
                const std::vector<std::string>& ignored);

    [[nodiscard]] const Revision& root() const noexcept { return *root_; }
    [[nodiscard]] const std::vector<LegacyStep>& steps() const noexcept { return steps_; }
    /// What the steps amount to, for Migrator::prepare().
    [[nodiscard]] const std::vector<Operation>& operations() const noexcept { return operations_; }
    /// Behind each revision, oldest first.
    [[nodiscard]] const std::vector<KnownState>& states() const noexcept { return states_; }

    /// Whether the result of a structural step is there: what it removes is not, and what it makes
    /// is, or has been made into something else by a later step whose result is there.
    [[nodiscard]] bool holds(std::size_t step, const Structure& live) const;

    /// In words, what no history of that kind lacks: the result of a step that keeps data, where
    /// one of a later step is there which no other beginning accounts for. Empty: nothing.
    [[nodiscard]] std::string gap(const Structure& live) const;

private:
    using Chain = std::vector<const Revision*>;

    void render(const Chain& chain, Migrator& migrator, const std::string& backend);
    void learn(Connection& connection, Migrator& migrator, const std::vector<std::string>& ignored);
    [[nodiscard]] bool is_evidence(std::size_t step, const Structure& live) const;
    [[nodiscard]] bool is_there(const StructureFact& fact, std::size_t step,
                                const Structure& live) const;

    const Revision* root_;
    std::vector<LegacyStep> steps_;
    std::vector<Operation> operations_;
    std::vector<KnownState> states_;
    Structure elsewhere_;  ///< what other beginnings make
};

/// The facts of `left` that `right` does not have.
Structure without(const Structure& left, const Structure& right);

}  // namespace enginebay::migration
