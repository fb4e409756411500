// SPDX-License-Identifier: BSL-1.0
// From what has been applied to what has to run.
// Threads: pure.
#pragma once

#include <enginebay/migrations.hpp>

#include <functional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::migration {

using Applied = std::set<std::string, std::less<>>;

/// The revision and all it builds on, parents first; nothing for the empty name, which is the base.
/// Throws Errc::input for an unknown one.
std::vector<const Revision*> with_ancestors(const MigrationSet& set, std::string_view revision);

/// Refuses a set without any: Errc::input.
void require_revisions(const MigrationSet& set);

/// The revision that a person means: its name, an unambiguous beginning of it, `head` (or nothing),
/// `base` (gives an empty name), `+2` or `-1` counted from what is applied. Throws Errc::input for
/// several heads (named), for an unknown or ambiguous name, and for a count that no one revision
/// stands for.
std::string resolve_target(const MigrationSet& set, std::string_view target,
                           const Applied& applied = {});

/// What is applied, with revisions that replace others which have all been applied.
Applied applied_set(const MigrationSet& set, std::span<const AppliedRevision> history);

/// The same, with those in addition whose replaced ones are all there.
Applied with_replacing(const MigrationSet& set, Applied applied);

/// Whether the database lies in the middle of what the revision replaces.
bool is_half_replaced(const Applied& applied, const Revision& revision);

/// The revision; or, where the database lies in the middle of what it replaces, those, in order.
std::vector<const Revision*> line_of(const MigrationSet& set, const Applied& applied,
                                     const Revision& revision);

/// The tables once everything in `applied` has run on that backend.
Schema schema_after(const MigrationSet& set, const Applied& applied, const std::string& backend);

/// What `target` needs and is not applied, in order.
std::vector<const Revision*> pending(const MigrationSet& set, const Applied& applied,
                                     std::string_view target);

/// What a downgrade to `target` has to undo, last first: every applied revision that builds on it;
/// all of them for `base`; the last two, on whatever branch, for `-2`. Throws Errc::input for a
/// target that is unknown or has not been applied.
std::vector<const Revision*> undoable(const MigrationSet& set, const Applied& applied,
                                      std::string_view target);

/// Revisions that an applied one stands for.
Applied replaced_by(const MigrationSet& set, const Applied& applied);

/// Applied revisions that no applied one follows.
std::vector<std::string> current(const MigrationSet& set, const Applied& applied);

/// Gives what the checksum of a revision was taken of when it ran; nothing where nobody knows.
using MeaningThen = std::function<std::string(const std::string& revision)>;

/// Refuses a history that holds what the set does not know, or knows otherwise: Errc::input, with
/// what is different as far as `then` tells.
void verify_history(const MigrationSet& set, std::span<const AppliedRevision> history,
                    const std::string& location, const MeaningThen& then);

}  // namespace enginebay::migration
