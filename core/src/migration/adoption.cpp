// SPDX-License-Identifier: BSL-1.0
// Adopts a database, or tells why not.
#include "migration/adoption.hpp"

#include "migration/failure.hpp"
#include "migration/loss_guard.hpp"
#include "migration/orphans.hpp"
#include "migration/planner.hpp"
#include "migration/turn.hpp"
#include "migration/unreadable_times.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace enginebay::migration {
namespace {

/// A statement was refused because something is not there, or there already: the structure is none
/// that the step is for.
bool is_about_structure(const Error& error) {
    return error.code() == Errc::statement || error.code() == Errc::unsupported;
}

using ColumnNames = std::set<std::pair<std::string, std::string>>;

ColumnNames column_names(const Structure& structure) {
    ColumnNames names;
    for (const StructureFact& fact : structure) {
        if (fact.kind == "column") {
            names.emplace(fact.table, fact.name);
        }
    }
    return names;
}

ColumnNames column_names(const Schema& schema) {
    ColumnNames names;
    for (const Table& table : schema.tables) {
        for (const Column& column : table.columns) {
            names.emplace(table.name, column.name);
        }
    }
    return names;
}

}  // namespace

std::vector<std::string> ignored_tables(const Schema& declared) {
    std::vector<std::string> patterns = declared.unmanaged;
    patterns.emplace_back("enginebay_*");
    return patterns;
}

Adoption::Adoption(Engine& engine, Connection& connection, Migrator& migrator,
                   const MigrationSet& set, const std::string& backend,
                   const UpgradeOptions& options, const Structure& found)
    : engine_{engine},
      connection_{connection},
      migrator_{migrator},
      set_{set},
      options_{options},
      ignored_{ignored_tables(set.declared())},
      location_{engine.location()} {
    for (const Revision& revision : set.revisions()) {
        if (revision.parents.empty()) {
            const std::vector<std::string> statements =
                structure_of({&revision}, migrator, backend);
            roots_.push_back({&revision, migrator.scratch(connection, statements, ignored_)});
        }
    }
    if (recognise(found) != nullptr) {
        return;  // how others came to be need not be known
    }
    learnt_ = true;
    for (const KnownState& root : roots_) {
        if (!past_ && !root.revision->replaces.empty()) {
            past_.emplace(connection, migrator, set, *root.revision, backend, ignored_);
        }
    }
    if (past_ && past_->steps().empty()) {
        past_.reset();
    }
    learn_later(found, backend);
}

/// Somebody may have built the tables of a later revision by hand. Only those that can be meant are
/// made in the scratch place, which takes its time.
void Adoption::learn_later(const Structure& found, const std::string& backend) {
    const ColumnNames there = column_names(found);
    for (const Revision& revision : set_.revisions()) {
        if (revision.parents.empty() || column_names(set_.schema_at(revision.id)) != there) {
            continue;
        }
        try {
            const std::vector<std::string> statements =
                structure_of(with_ancestors(set_, revision.id), migrator_, backend);
            later_.push_back({&revision, migrator_.scratch(connection_, statements, ignored_)});
        } catch (const Error&) {
            continue;  // a help for people; whether anybody needs it is not known yet
        }
    }
}

bool Adoption::can_judge(const Structure& live) const {
    return learnt_ || recognise(live) != nullptr;
}

std::span<const Operation> Adoption::operations() const {
    return past_ ? std::span<const Operation>{past_->operations()} : std::span<const Operation>{};
}

const KnownState* Adoption::recognise(const Structure& live) const {
    const auto found = std::ranges::find(roots_, live, &KnownState::structure);
    return found == roots_.end() ? nullptr : &*found;
}

Adopted Adoption::run(const Structure& live) {
    Adopted adopted;
    Outcome outcome;
    outcome.state = recognise(live);
    if (outcome.state == nullptr) {
        if (past_) {
            outcome = run_missing(live, adopted);
        }
        if (outcome.state == nullptr) {
            refuse(live, outcome);
        }
    }
    adopted.revision = outcome.state->revision;
    const Schema schema = set_.schema_at(adopted.revision->id);
    adopted.notes = describe_orphans(connection_, engine_.dialect(), schema);
    for (std::string& note : describe_unreadable_times(connection_, engine_.dialect(), schema)) {
        adopted.notes.push_back(std::move(note));
    }
    return adopted;
}

Adoption::Outcome Adoption::run_missing(const Structure& live, Adopted& adopted) {
    Outcome outcome;
    outcome.failed = past_->gap(live);
    if (!outcome.failed.empty()) {
        return outcome;
    }
    LossGuard guard{connection_, engine_.dialect(), live};
    Structure now = live;
    for (std::size_t i = 0; i < past_->steps().size(); ++i) {
        const LegacyStep& step = past_->steps()[i];
        if (step.structural() && past_->holds(i, now)) {
            continue;
        }
        try {
            adopted.changed |= run_step(step);
        } catch (const Error& error) {
            if (!is_about_structure(error)) {
                throw;
            }
            outcome.failed = error.what();
            return outcome;
        }
        if (step.structural()) {
            now = migrator_.inspect(connection_, ignored_);
            guard.expect(step.removes);
            if (adopted.ran.empty() || adopted.ran.back() != &step.revision()) {
                adopted.ran.push_back(&step.revision());
            }
        }
    }
    const auto root =
        std::ranges::find(roots_, &past_->root(), [](const auto& state) { return state.revision; });
    outcome.left = compare(root->structure, now);
    // What would silently be gone is as unknown as what is left over.
    for (const StructureFact& lost : guard.lost(now)) {
        outcome.left.push_back({lost.kind, lost.table, lost.name, "", lost.definition});
    }
    if (outcome.left.empty()) {
        guard.require_rows();
        outcome.state = &*root;
    }
    return outcome;
}

/// True when it changed anything.
bool Adoption::run_step(const LegacyStep& step) {
    bool changed = step.structural();
    for (std::size_t i = 0; i < step.statements.size(); ++i) {
        if (options_.progress) {
            options_.progress({.what = MigrationProgress::What::statement,
                               .revision = step.revision().id,
                               .number = 1,
                               .count = 1,
                               .step = i + 1,
                               .steps = step.statements.size(),
                               .statement = step.statements[i].sql});
        }
        try {
            changed |= connection_.execute(step.statements[i].sql, {}) > 0;
        } catch (const Error& error) {
            if (is_passing(error) || is_about_structure(error)) {
                throw;
            }
            throw statement_failure(step.statements[i], i + 1, step.statements.size(), error,
                                    step.revision());
        }
    }
    return changed;
}

void Adoption::refuse(const Structure& live, const Outcome& outcome) const {
    const KnownState* nearest = nullptr;
    std::vector<Difference> fewest;
    const auto look_at = [&](const std::vector<KnownState>& states) {
        for (const KnownState& state : states) {
            std::vector<Difference> differences = compare(state.structure, live);
            if (nearest == nullptr || differences.size() <= fewest.size()) {
                nearest = &state;
                fewest = std::move(differences);
            }
        }
    };
    if (past_) {
        look_at(past_->states());
    }
    look_at(later_);
    look_at(roots_);
    if (nearest == nullptr) {
        throw Error{Errc::input, "no revision begins the history"};
    }
    const auto is_nearest = [&](const KnownState& state) { return &state == nearest; };
    if (fewest.empty() && std::ranges::any_of(later_, is_nearest)) {
        const std::string& id = nearest->revision->id;
        throw Error{Errc::input, "the database " + location_ +
                                     " has tables but no history of migrations, and its structure "
                                     "is that of revision '" +
                                     id +
                                     "'. Nothing was changed. To begin the history there: "
                                     "`enginebay stamp " +
                                     id + "`, then upgrade"};
    }
    std::string rest;
    if (!outcome.failed.empty()) {
        rest = "The steps that are missing cannot run: " + outcome.failed + "\n";
    } else if (!outcome.left.empty() && outcome.left != fewest) {
        rest = "The steps that are missing would leave these:\n" + describe(outcome.left);
    }
    throw Error{Errc::input, "the database " + location_ +
                                 " has tables but no history of migrations, and its structure is "
                                 "not that of revision '" +
                                 nearest->revision->id +
                                 "', which is the nearest. Nothing was changed. The "
                                 "differences:\n" +
                                 describe(fewest) + rest +
                                 "Mend these, or name another database in the configuration"};
}

std::string describe(const std::vector<Difference>& differences) {
    std::string text;
    for (const Difference& difference : differences) {
        text += "  " + difference.kind + " " + difference.table;
        if (!difference.name.empty() && difference.name != difference.table) {
            text += "." + difference.name;
        }
        if (difference.live.empty()) {
            text += ": missing (should be: " + difference.declared + ")\n";
        } else if (difference.declared.empty()) {
            text += ": not expected (is: " + difference.live + ")\n";
        } else {
            text += ": is " + difference.live + ", should be " + difference.declared + "\n";
        }
    }
    return text;
}

}  // namespace enginebay::migration
