// SPDX-License-Identifier: BSL-1.0
// One revision in the place of several; these become the past that leads old databases to it.
#include "migration/planner.hpp"
#include "migration/read_operation.hpp"
#include "migration/replay.hpp"
#include "migration/revision_file.hpp"
#include "migration/write_file.hpp"

#include <enginebay/authoring.hpp>
#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <iterator>
#include <ranges>
#include <set>
#include <system_error>
#include <utility>

namespace enginebay {
namespace {

using Range = std::vector<const Revision*>;

[[noreturn]] void refuse(const std::string& message) { throw Error{Errc::usage, message}; }

bool is_in(const Range& range, std::string_view id) {
    return std::ranges::any_of(range, [&](const Revision* step) { return step->id == id; });
}

/// From the first revision on, or from the one named, up to the last, parents first.
Range range_of(const MigrationSet& set, std::string_view first, std::string_view last) {
    const std::string end = migration::resolve_target(set, last);
    Range range = migration::with_ancestors(set, end);
    if (!first.empty()) {
        const std::string begin = migration::resolve_target(set, first);
        if (!is_in(range, begin)) {
            refuse("revision '" + end + "' does not build on '" + begin + "'");
        }
        for (const Revision* before : migration::with_ancestors(set, begin)) {
            std::erase_if(
                range, [&](const Revision* step) { return step == before && step->id != begin; });
        }
    }
    if (range.size() < 2) {
        refuse("there is nothing to squash: name two revisions at least");
    }
    return range;
}

/// One way in and one way out, and nothing that one revision for all backends cannot say.
void require_squashable(const MigrationSet& set, const Range& range) {
    for (const Revision* step : range) {
        const std::string name = "revision '" + step->id + "'";
        if (!step->replaces.empty()) {
            refuse(name + " already stands for others; squash from the one after it");
        }
        if (!step->backends.empty() && !step->upgrade.empty()) {
            refuse(name + " runs on some backends only; squash what lies before or after it");
        }
        for (const std::string& parent : step->parents) {
            if (step != range.front() && !is_in(range, parent)) {
                refuse(fmt::format("{} builds on '{}' too, which lies outside", name, parent));
            }
        }
    }
    for (const Revision& other : set.revisions()) {
        for (const std::string& parent : other.parents) {
            if (!is_in(range, other.id) && is_in(range, parent) && parent != range.back()->id) {
                refuse(fmt::format("revision '{}' builds on '{}', which lies in the middle",
                                   other.id, parent));
            }
        }
    }
}

/// Nothing but structure: where it then begins with nothing, only the result counts.
bool is_plain(const Range& range) {
    const auto plain = [](const Operation& operation) {
        return migration::as_effect(operation).has_value();
    };
    return range.front()->parents.empty() && std::ranges::all_of(range, [&](const Revision* step) {
               return std::ranges::all_of(step->upgrade, plain);
           });
}

void append(std::vector<DraftStep>& steps, const std::vector<Operation>& operations) {
    std::ranges::transform(operations, std::back_inserter(steps),
                           [](const Operation& operation) { return DraftStep{operation, {}}; });
}

void add_way_back(Draft& draft, const Range& range) {
    for (const Revision* step : std::views::reverse(range)) {
        if (!step->irreversible.empty()) {
            draft.irreversible = step->id + ": " + step->irreversible;
            draft.downgrade.clear();
            return;
        }
        append(draft.downgrade, step->downgrade);
    }
}

/// True when it was not there before. Throws before anything is moved where nothing could be.
bool make_legacy_folder(const std::filesystem::path& folder) {
    std::error_code failed;
    const bool made = std::filesystem::create_directories(folder, failed);
    if (!failed && ::access(folder.c_str(), W_OK | X_OK) != 0) {
        failed = {errno, std::generic_category()};
    }
    if (failed) {
        const bool denied =
            failed == std::errc::permission_denied || failed == std::errc::read_only_file_system;
        throw Error{denied ? Errc::permission : Errc::io,
                    "cannot write to the folder '" + folder.string() +
                        "', to which the old revisions move: " + failed.message()};
    }
    return made;
}

std::filesystem::path legacy_file(const std::filesystem::path& folder, const Revision& revision) {
    return folder / "legacy" / (revision.id + ".yaml");
}

/// The set as it will be; throws where it could not be loaded.
void try_out(const Draft& draft, const MigrationSet& set, const std::filesystem::path& file) {
    std::vector<Revision> revisions = set.revisions();
    std::vector<Revision> legacy = set.legacy();
    for (const std::string& id : draft.replaces) {
        const auto old = std::ranges::find(revisions, id, &Revision::id);
        legacy.push_back(*old);
        revisions.erase(old);
    }
    revisions.push_back(
        migration::read_revision(yaml::parse(to_yaml(draft), file.string(), Errc::input), file));
    (void)MigrationSet::make(std::move(revisions), set.declared(), std::move(legacy));
}

}  // namespace

Draft squash_draft(const MigrationSet& set, std::string_view message, std::string_view first,
                   std::string_view last) {
    const Range range = range_of(set, first, last);
    require_squashable(set, range);
    Draft draft = empty_draft(set, message);
    draft.parents = range.front()->parents;
    for (const Revision* step : range) {
        draft.replaces.push_back(step->id);
        draft.transactional = draft.transactional && step->transactional;
    }
    if (is_plain(range)) {
        const Schema made = set.schema_at(range.back()->id);
        draft.transactional = true;
        draft.upgrade = changes({}, made);
        draft.downgrade = changes(made, {});
        for (DraftStep& step : draft.downgrade) {
            step.remark.clear();  // what it takes back is what it made
        }
        return draft;
    }
    for (const Revision* step : range) {
        append(draft.upgrade, step->upgrade);
    }
    add_way_back(draft, range);
    return draft;
}

std::filesystem::path save_squash(const Draft& draft, const MigrationSet& set,
                                  const std::filesystem::path& folder) {
    const std::filesystem::path file = folder / "versions" / (draft.id + ".yaml");
    try_out(draft, set, file);
    std::vector<std::pair<std::filesystem::path, std::filesystem::path>> moves;
    for (const std::string& id : draft.replaces) {
        const Revision& old = *set.find(id);
        moves.emplace_back(old.file, legacy_file(folder, old));
        if (old.file.empty() || std::filesystem::exists(moves.back().second)) {
            throw Error{Errc::input, "cannot move the revision '" + id + "' to '" +
                                         moves.back().second.string() +
                                         "': it has no file, or that one exists"};
        }
    }
    const bool made = make_legacy_folder(folder / "legacy");
    // Interrupted from here on, the folder is refused, and the message says which file to move.
    try {
        migration::write_new_file(file, to_yaml(draft));
    } catch (const Error&) {
        std::error_code ignored;
        if (made) {
            std::filesystem::remove(folder / "legacy", ignored);
        }
        throw;
    }
    for (const auto& [from, to] : moves) {
        std::error_code failed;
        std::filesystem::rename(from, to, failed);
        if (failed) {
            throw Error{Errc::io, "cannot move '" + from.string() + "' to '" + to.string() +
                                      "': " + failed.message()};
        }
    }
    return file;
}

}  // namespace enginebay
