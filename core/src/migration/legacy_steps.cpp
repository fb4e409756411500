// SPDX-License-Identifier: BSL-1.0
// Learns what frozen operations do by doing them in a scratch place.
#include "migration/legacy_steps.hpp"

#include "migration/replay.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

namespace enginebay::migration {
namespace {

bool is_table(const StructureFact& fact) { return fact.kind == "table"; }

/// What else a structure has can be made anew from these.
bool keeps_data(const StructureFact& fact) { return is_table(fact) || fact.kind == "column"; }

auto key(const StructureFact& fact) { return std::tie(fact.kind, fact.table, fact.name); }

bool contains(const Structure& facts, const StructureFact& fact) {
    return std::ranges::binary_search(facts, fact);
}

bool contains_key(const Structure& facts, const StructureFact& fact) {
    return std::ranges::any_of(facts, [&](const StructureFact& other) {  // sorted, but few
        return key(other) == key(fact);
    });
}

/// No parent, no child: not of the line. Where there is only one, it is the line.
bool stands_alone(const std::vector<Revision>& all, const Revision& revision) {
    return all.size() > 1 && revision.parents.empty() &&
           std::ranges::none_of(all, [&](const Revision& other) {
               return std::ranges::find(other.parents, revision.id) != other.parents.end();
           });
}

std::vector<Effect> effects_of(const Operation& operation) {
    if (const auto* execute = std::get_if<Execute>(&operation)) {
        return execute->effect;
    }
    const std::optional<Effect> effect = as_effect(operation);
    return effect ? std::vector<Effect>{*effect} : std::vector<Effect>{};
}

/// The part of what a step makes that shows whether it ran: of one that makes a table the table
/// alone; what that lacks shows in the end.
Structure telling(const Structure& adds) {
    Structure tables;
    std::ranges::copy_if(adds, std::back_inserter(tables), &is_table);
    return tables.empty() ? adds : tables;
}

}  // namespace

Structure without(const Structure& left, const Structure& right) {
    Structure rest;
    std::ranges::set_difference(left, right, std::back_inserter(rest));
    return rest;
}

LegacySteps::LegacySteps(Connection& connection, Migrator& migrator, const MigrationSet& set,
                         const Revision& root, const std::string& backend,
                         const std::vector<std::string>& ignored)
    : root_{&root} {
    Chain chain;
    for (const Revision& revision : set.legacy()) {
        if (std::ranges::find(root.replaces, revision.id) == root.replaces.end() ||
            !runs_on(revision, backend)) {
            continue;
        }
        if (!stands_alone(set.legacy(), revision)) {
            chain.push_back(&revision);
            continue;
        }
        Structure made = migrator.scratch(
            connection, texts(statements_of({&revision}, {}, migrator, backend)), ignored);
        elsewhere_.insert(elsewhere_.end(), made.begin(), made.end());
        states_.push_back({&revision, std::move(made)});
    }
    render(chain, migrator, backend);
    learn(connection, migrator, ignored);
}

void LegacySteps::render(const Chain& chain, Migrator& migrator, const std::string& backend) {
    Schema schema;
    for (const Revision* revision : chain) {
        std::vector<std::vector<Effect>> effects;
        for (const Operation& operation : revision->upgrade) {
            effects.push_back(effects_of(operation));
            std::ranges::transform(effects.back(), std::back_inserter(operations_), as_operation);
        }
        std::size_t last = revision->upgrade.size();
        for (Statement& statement : statements_of({revision}, schema, migrator, backend)) {
            if (!statement.call.empty()) {
                throw Error{Errc::unsupported, place_of(*revision, statement.operation) +
                                                   ": a frozen revision cannot call a step in C++"};
            }
            if (statement.operation != std::exchange(last, statement.operation)) {
                steps_.emplace_back().may_change_structure = !effects[statement.operation].empty();
            }
            steps_.back().statements.push_back(std::move(statement));
        }
        apply(schema, *revision);
    }
}

void LegacySteps::learn(Connection& connection, Migrator& migrator,
                        const std::vector<std::string>& ignored) {
    std::vector<std::string> so_far;
    Structure before;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        LegacyStep& step = steps_[i];
        for (const Statement& statement : step.statements) {
            so_far.push_back(statement.sql);
        }
        if (step.may_change_structure) {
            Structure after = migrator.scratch(connection, so_far, ignored);
            step.adds = without(after, before);
            step.removes = without(before, after);
            before = std::move(after);
        }
        if (i + 1 == steps_.size() || &steps_[i + 1].revision() != &step.revision()) {
            states_.push_back({&step.revision(), before});
        }
    }
}

bool LegacySteps::holds(std::size_t step, const Structure& live) const {
    const LegacyStep& asked = steps_[step];
    return std::ranges::none_of(asked.removes,
                                [&](const StructureFact& fact) { return contains(live, fact); }) &&
           std::ranges::all_of(telling(asked.adds), [&](const StructureFact& fact) {
               return is_there(fact, step, live);
           });
}

bool LegacySteps::is_evidence(std::size_t step, const Structure& live) const {
    const Structure made = telling(steps_[step].adds);
    return holds(step, live) && std::ranges::any_of(made, [&](const StructureFact& fact) {
               return !contains_key(elsewhere_, fact);
           });
}

std::string LegacySteps::gap(const Structure& live) const {
    const LegacyStep* later = nullptr;
    for (std::size_t i = steps_.size(); i-- > 0;) {
        const LegacyStep& step = steps_[i];
        const Structure made = telling(step.adds);
        const auto kept = std::ranges::find_if(made, keeps_data);
        if (later != nullptr && kept != made.end() && !holds(i, live)) {
            return "what '" + step.revision().id + "' did to the " + kept->kind + " " +
                   (is_table(*kept) ? kept->table : kept->table + "." + kept->name) +
                   " is missing, although '" + later->revision().id + "' was behind it";
        }
        if (later == nullptr && step.structural() && is_evidence(i, live)) {
            later = &step;
        }
    }
    return {};
}

bool LegacySteps::is_there(const StructureFact& fact, std::size_t step,
                           const Structure& live) const {
    if (contains_key(live, fact)) {
        return true;
    }
    for (std::size_t later = step + 1; later < steps_.size(); ++later) {
        if (contains(steps_[later].removes, fact)) {
            // One that only takes away leaves no trace, so that it ran cannot be seen.
            return !steps_[later].adds.empty() && holds(later, live);
        }
    }
    return false;
}

}  // namespace enginebay::migration
