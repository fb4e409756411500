// SPDX-License-Identifier: BSL-1.0
// Plans an upgrade.
#include "migration/planner.hpp"

#include "migration/checksum.hpp"
#include "migration/line_diff.hpp"
#include "migration/replay.hpp"
#include "migration/statements.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <ranges>
#include <utility>

namespace enginebay::migration {
namespace {

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "'" : ", '") + name + "'";
    }
    return text.empty() ? "none" : text;
}

[[noreturn]] void refuse(const std::string& message) { throw Error{Errc::input, message}; }

const Revision& known(const MigrationSet& set, std::string_view id) {
    const Revision* revision = set.find(id);
    if (revision == nullptr) {
        refuse("there is no revision '" + std::string{id} + "'; the newest is " +
               listed(set.heads()));
    }
    return *revision;
}

bool lists(const std::vector<std::string>& ids, const std::string& id) {
    return std::ranges::find(ids, id) != ids.end();
}

/// Whether everything that the revision replaces has run.
bool replaces_all(const Applied& applied, const Revision& revision) {
    return !revision.replaces.empty() &&
           std::ranges::all_of(revision.replaces,
                               [&](const std::string& id) { return applied.contains(id); });
}

/// Whether the database has come by the replaced revision and not by the one in its place. Else its
/// file, which may be read for nothing else, has no more to say.
bool stands_for_itself(const MigrationSet& set, std::span<const AppliedRevision> history,
                       const std::string& id) {
    return std::ranges::none_of(set.revisions(), [&](const Revision& revision) {
        return lists(revision.replaces, id) &&
               std::ranges::find(history, revision.id, &AppliedRevision::revision) != history.end();
    });
}

const Revision* find_legacy(const MigrationSet& set, const std::string& id) {
    const auto found = std::ranges::find(set.legacy(), id, &Revision::id);
    return found == set.legacy().end() ? nullptr : &*found;
}

/// What to do where the change is meant; `history` is all that ran.
std::string way_to_accept(const MigrationSet& set, std::span<const AppliedRevision> history) {
    const std::vector<std::string> now = current(set, applied_set(set, history));
    return now.size() == 1 ? ", or, if the database has what it says now, accept it by `enginebay "
                             "stamp " +
                                 now.front() + " --force --why ...`"
                           : std::string{};
}

[[noreturn]] void refuse_changed(const Revision& revision, const AppliedRevision& row,
                                 const std::string& location, const std::string& difference,
                                 const std::string& way_out) {
    std::string text = fmt::format(
        "{}: the revision was changed after it ran on {} ({}{}): what ran has the "
        "checksum {}, what stands there now has {}",
        revision.file.empty() ? "revision '" + revision.id + "'" : revision.file, location,
        row.applied_at, row.by.empty() ? "" : ", by " + row.by, row.checksum, revision.checksum);
    if (!difference.empty()) {
        text += ". What ran is behind -, what stands there now behind +:\n" + difference;
    }
    text += (difference.empty() ? ". " : "") +
            std::string{"Put the file back as it was, and write the change as a new revision"} +
            way_out;
    Error error{Errc::input, text};
    error.where(revision.file);
    throw error;
}

bool is_replaced(const MigrationSet& set, const std::string& id) {
    return std::ranges::any_of(
        set.revisions(), [&](const Revision& revision) { return lists(revision.replaces, id); });
}

}  // namespace

std::vector<const Revision*> with_ancestors(const MigrationSet& set, std::string_view revision) {
    if (revision.empty()) {
        return {};
    }
    Applied wanted{std::string{known(set, revision).id}};
    std::vector<const Revision*> result;
    // The set is ordered parents first, so backwards every child comes before its parents.
    for (const Revision& step : std::views::reverse(set.revisions())) {
        if (wanted.contains(step.id)) {
            wanted.insert(step.parents.begin(), step.parents.end());
            result.push_back(&step);
        }
    }
    std::ranges::reverse(result);
    return result;
}

Applied applied_set(const MigrationSet& set, std::span<const AppliedRevision> history) {
    Applied applied;
    for (const AppliedRevision& row : history) {
        applied.insert(row.revision);
    }
    return with_replacing(set, std::move(applied));
}

Applied with_replacing(const MigrationSet& set, Applied applied) {
    for (const Revision& revision : set.revisions()) {
        if (replaces_all(applied, revision)) {
            applied.insert(revision.id);
        }
    }
    return applied;
}

bool is_half_replaced(const Applied& applied, const Revision& revision) {
    return !applied.contains(revision.id) &&
           std::ranges::any_of(revision.replaces,
                               [&](const std::string& id) { return applied.contains(id); });
}

std::vector<const Revision*> line_of(const MigrationSet& set, const Applied& applied,
                                     const Revision& revision) {
    if (!is_half_replaced(applied, revision)) {
        return {&revision};
    }
    std::vector<const Revision*> line;
    for (const Revision& old : set.legacy()) {
        if (lists(revision.replaces, old.id)) {
            line.push_back(&old);
        }
    }
    if (line.size() != revision.replaces.size()) {
        refuse("the database lies in the middle of what revision '" + revision.id +
               "' replaces, and not all of that is in legacy/ any more");
    }
    return line;
}

Schema schema_after(const MigrationSet& set, const Applied& applied, const std::string& backend) {
    Schema schema;
    for (const Revision& revision : set.revisions()) {
        for (const Revision* step : line_of(set, applied, revision)) {
            if (applied.contains(step->id) && runs_on(*step, backend)) {
                apply(schema, *step);
            }
        }
    }
    return schema;
}

std::vector<const Revision*> pending(const MigrationSet& set, const Applied& applied,
                                     std::string_view target) {
    std::vector<const Revision*> steps;
    for (const Revision* revision : with_ancestors(set, target)) {
        std::ranges::copy_if(line_of(set, applied, *revision), std::back_inserter(steps),
                             [&](const Revision* step) { return !applied.contains(step->id); });
    }
    return steps;
}

Applied replaced_by(const MigrationSet& set, const Applied& applied) {
    Applied replaced;
    for (const Revision& revision : set.revisions()) {
        if (applied.contains(revision.id)) {
            replaced.insert(revision.replaces.begin(), revision.replaces.end());
        }
    }
    return replaced;
}

std::vector<std::string> current(const MigrationSet& set, const Applied& applied) {
    Applied followed;
    std::vector<const Revision*> steps;
    for (const Revision& revision : set.revisions()) {
        for (const Revision* step : line_of(set, applied, revision)) {
            if (applied.contains(step->id)) {
                followed.insert(step->parents.begin(), step->parents.end());
                followed.insert(step->replaces.begin(), step->replaces.end());
                steps.push_back(step);
            }
        }
    }
    std::vector<std::string> result;
    for (const Revision* step : steps) {
        if (!followed.contains(step->id)) {
            result.push_back(step->id);
        }
    }
    return result;
}

void verify_history(const MigrationSet& set, std::span<const AppliedRevision> history,
                    const std::string& location, const MeaningThen& then) {
    const auto require_unchanged = [&](const Revision& revision, const AppliedRevision& row) {
        if (revision.checksum != row.checksum) {
            const std::string before = then(row.revision);
            refuse_changed(
                revision, row, location,
                before.empty() ? "" : line_diff(readable(before), readable(canonical(revision))),
                way_to_accept(set, history));
        }
    };
    for (const AppliedRevision& row : history) {
        if (const Revision* revision = set.find(row.revision)) {
            require_unchanged(*revision, row);
        } else if (!is_replaced(set, row.revision)) {
            refuse("the database " + location + " is at revision '" + row.revision +
                   "', which this program does not know; it knows revisions up to " +
                   listed(set.heads()) + ". Run the program that knows it, or a newer one");
        } else if (stands_for_itself(set, history, row.revision)) {
            if (const Revision* old = find_legacy(set, row.revision)) {
                require_unchanged(*old, row);
            }
        }
    }
}

}  // namespace enginebay::migration
