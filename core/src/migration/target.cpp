// SPDX-License-Identifier: BSL-1.0
// What a person writes for a revision: names, beginnings of names, counts.
#include "migration/planner.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace enginebay::migration {
namespace {

[[noreturn]] void refuse(const std::string& message) { throw Error{Errc::input, message}; }

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "'" : ", '") + name + "'";
    }
    return text;
}

/// "there is 1 revision", "there are 3 revisions".
std::string counted(std::size_t revisions) {
    return revisions == 1 ? "there is 1 revision"
                          : "there are " + std::to_string(revisions) + " revisions";
}

std::string only_head(const MigrationSet& set) {
    require_revisions(set);
    if (set.heads().size() != 1) {
        refuse("the revisions have " + std::to_string(set.heads().size()) +
               " heads: " + listed(set.heads()) +
               "; name the one that is meant, or join them: `enginebay merge -m MESSAGE`");
    }
    return set.heads().front();
}

std::string named(const MigrationSet& set, std::string_view target) {
    if (const Revision* revision = set.find(target)) {
        return revision->id;
    }
    std::vector<std::string> matches;
    for (const Revision& revision : set.revisions()) {
        if (revision.id.starts_with(target)) {
            matches.push_back(revision.id);
        }
    }
    const std::string word = "'" + std::string{target} + "'";
    if (matches.empty()) {
        refuse("there is no revision " + word + "; the newest is " + listed(set.heads()));
    }
    if (matches.size() > 1) {
        refuse(word + " is the beginning of " + std::to_string(matches.size()) +
               " revisions: " + listed(matches));
    }
    return matches.front();
}

/// The number behind the sign; 0 where it is none or zero.
std::size_t steps_of(std::string_view target) {
    std::size_t steps = 0;
    const char* end = target.data() + target.size();
    const auto [stop, error] = std::from_chars(target.data() + 1, end, steps);
    return error == std::errc{} && stop == end ? steps : 0;
}

std::string forward(const MigrationSet& set, std::size_t steps, const Applied& applied) {
    const std::string head = only_head(set);
    const std::vector<const Revision*> ahead = pending(set, applied, head);
    if (steps > ahead.size()) {
        refuse("+" + std::to_string(steps) + " is too far: " + counted(ahead.size()) +
               " from here to " + listed({head}));
    }
    const std::string& target = ahead[steps - 1]->id;
    if (pending(set, applied, target).size() != steps) {
        refuse("the next " + std::to_string(steps) +
               " revisions lie on several branches; name the one that is meant, e.g. '" + target +
               "'");
    }
    return target;
}

/// What is applied and has not been taken over by one that replaces it, in order.
std::vector<const Revision*> effective(const MigrationSet& set, const Applied& applied) {
    const Applied replaced = replaced_by(set, applied);
    std::vector<const Revision*> result;
    for (const Revision& revision : set.revisions()) {
        if (applied.contains(revision.id) && !replaced.contains(revision.id)) {
            result.push_back(&revision);
        }
    }
    return result;
}

/// Those that build on the target, itself not among them; all for none.
Applied followers(const MigrationSet& set, const std::string& target) {
    Applied after;
    for (const Revision& revision : set.revisions()) {  // parents first
        const bool follows =
            target.empty() || std::ranges::any_of(revision.parents, [&](const std::string& parent) {
                return parent == target || after.contains(parent);
            });
        if (follows) {
            after.insert(revision.id);
        }
    }
    return after;
}

void require_behind(std::size_t steps, std::size_t behind) {
    if (steps > behind) {
        refuse("-" + std::to_string(steps) + " is too far: " + counted(behind) +
               " from the base to here");
    }
}

std::string backward(const MigrationSet& set, std::size_t steps, const Applied& applied) {
    const std::vector<const Revision*> behind = effective(set, applied);
    require_behind(steps, behind.size());
    Applied kept;
    for (std::size_t i = 0; i + steps < behind.size(); ++i) {
        kept.insert(behind[i]->id);
    }
    if (kept.empty()) {
        return {};
    }
    const std::vector<std::string> tips = current(set, kept);
    if (tips.size() != 1) {
        refuse(std::to_string(steps) + " revisions back there are several branches: " +
               listed(tips) + "; name the one that is meant");
    }
    return tips.front();
}

}  // namespace

std::vector<const Revision*> undoable(const MigrationSet& set, const Applied& applied,
                                      std::string_view target) {
    for (const Revision& revision : set.revisions()) {
        if (is_half_replaced(applied, revision)) {
            refuse("the database lies in the middle of what revision '" + revision.id +
                   "' replaces; `upgrade` leads out of it, then there is a way back");
        }
    }
    std::vector<const Revision*> steps = effective(set, applied);
    if (target.starts_with('-')) {
        const std::size_t count = steps_of(target);
        if (count == 0) {
            refuse("'" + std::string{target} + "' is no number of revisions: write -1");
        }
        require_behind(count, steps.size());
        steps.erase(steps.begin(), steps.end() - static_cast<std::ptrdiff_t>(count));
    } else {
        const std::string stop = resolve_target(set, target, applied);
        if (!stop.empty() && !applied.contains(stop)) {
            refuse("revision '" + stop + "' is not applied; `upgrade` leads there");
        }
        const Applied after = followers(set, stop);
        std::erase_if(steps, [&](const Revision* step) { return !after.contains(step->id); });
    }
    std::ranges::reverse(steps);
    return steps;
}

void require_revisions(const MigrationSet& set) {
    if (set.revisions().empty()) {
        refuse(
            "there are no revisions yet; write the first, which creates the tables: `enginebay "
            "revision -m MESSAGE --autogenerate`");
    }
}

std::string resolve_target(const MigrationSet& set, std::string_view target,
                           const Applied& applied) {
    if (target.empty() || target == "head") {
        return only_head(set);
    }
    if (target == "base") {
        return {};
    }
    if (target.front() != '+' && target.front() != '-') {
        return named(set, target);
    }
    const std::size_t steps = steps_of(target);
    if (steps == 0) {
        refuse("'" + std::string{target} + "' is no number of revisions: write +1 or -1");
    }
    return target.front() == '+' ? forward(set, steps, applied) : backward(set, steps, applied);
}

}  // namespace enginebay::migration
