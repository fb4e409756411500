// SPDX-License-Identifier: BSL-1.0
// Orders revisions and finds what makes that impossible.
#include "migration/graph.hpp"

#include "yaml/document.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <map>
#include <ranges>
#include <set>
#include <string_view>
#include <utility>

namespace enginebay::migration {
namespace {

std::string name_of_file(const Revision& revision) {
    return revision.file.empty() ? "revision '" + revision.id + "'" : revision.file;
}

[[noreturn]] void refuse(const std::string& place, const std::string& message) {
    Error error{Errc::input, place + ": " + message};
    error.where(place);
    throw error;
}

/// ":line:column" of a word in a file that is being refused; without the column where it is not
/// found there any more.
std::string place_in(const std::string& file, std::uint32_t number, std::string_view word) {
    std::ifstream stream{file};
    std::string line;
    for (std::uint32_t i = 0; i < number && std::getline(stream, line); ++i) {}
    // A whole word: the id may be the beginning of another one.
    const auto is_part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
    };
    for (std::size_t at = line.find(word); at != std::string::npos; at = line.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || !is_part(line[at - 1])) && (end == line.size() || !is_part(line[end]))) {
            return ":" + std::to_string(number) + ":" + std::to_string(at + 1);
        }
    }
    return ":" + std::to_string(number);
}

/// Where the revision names its parent, as far as known.
std::string place_of_parent(const Revision& revision, std::string_view parent) {
    const auto found = std::ranges::find(revision.parents, parent);
    const auto index = static_cast<std::size_t>(found - revision.parents.begin());
    std::string place = name_of_file(revision);
    if (!revision.file.empty() && index < revision.parent_lines.size()) {
        place += place_in(revision.file, revision.parent_lines[index], parent);
    }
    return place;
}

std::string meant(std::string_view word, const std::vector<Revision>& revisions) {
    std::vector<std::string_view> ids;
    ids.reserve(revisions.size());
    for (const Revision& revision : revisions) {
        ids.emplace_back(revision.id);
    }
    return yaml::did_you_mean(word, ids);
}

class Sorter {
public:
    explicit Sorter(std::vector<Revision> revisions) : revisions_{std::move(revisions)} {
        std::ranges::sort(revisions_, {}, &Revision::id);
        for (std::size_t i = 0; i < revisions_.size(); ++i) {
            const auto [known, fresh] = by_id_.try_emplace(revisions_[i].id, i);
            if (!fresh) {
                refuse(name_of_file(revisions_[i]),
                       "the revision '" + revisions_[i].id + "' stands in " +
                           name_of_file(revisions_[known->second]) + " too");
            }
        }
        follow_replaced();
        for (const Revision& revision : revisions_) {
            for (const std::string& parent : revision.parents) {
                if (!by_id_.contains(parent)) {
                    refuse(
                        place_of_parent(revision, parent),
                        "its parent '" + parent + "' does not exist" + meant(parent, revisions_));
                }
            }
        }
    }

    std::vector<Revision> run() {
        // Always the smallest id whose parents are all done: the order depends on the graph alone.
        std::vector<Revision> order;
        std::set<std::string_view> done;
        std::set<std::size_t> waiting;
        for (std::size_t i = 0; i < revisions_.size(); ++i) {
            waiting.insert(i);
        }
        while (!waiting.empty()) {
            const auto next = std::ranges::find_if(waiting, [&](std::size_t i) {
                return std::ranges::all_of(revisions_[i].parents, [&](const std::string& parent) {
                    return done.contains(parent);
                });
            });
            if (next == waiting.end()) {
                report_ring(*waiting.begin(), done);
            }
            done.insert(revisions_[*next].id);
            order.push_back(revisions_[*next]);
            waiting.erase(next);
        }
        return order;
    }

private:
    /// A parent that has been replaced means the revision that stands for it.
    void follow_replaced() {
        std::map<std::string, std::string, std::less<>> replacing;
        for (const Revision& revision : revisions_) {
            for (const std::string& old : revision.replaces) {
                if (const auto there = by_id_.find(old); there != by_id_.end()) {
                    refuse(name_of_file(revisions_[there->second]),
                           "revision '" + revision.id + "' replaces '" + old +
                               "': move this file to legacy/");
                }
                replacing.emplace(old, revision.id);
            }
        }
        for (Revision& revision : revisions_) {
            for (std::string& parent : revision.parents) {
                if (const auto by = replacing.find(parent); by != replacing.end()) {
                    parent = by->second;
                }
            }
        }
    }

    /// From a revision that cannot be reached, back from parent to parent, until one comes again.
    [[noreturn]] void report_ring(std::size_t start, const std::set<std::string_view>& done) const {
        std::vector<std::size_t> path;
        std::size_t at = start;
        while (std::ranges::find(path, at) == path.end()) {
            path.push_back(at);
            const auto& parents = revisions_[at].parents;
            at = by_id_.at(*std::ranges::find_if(
                parents, [&](const std::string& parent) { return !done.contains(parent); }));
        }
        path.erase(path.begin(), std::ranges::find(path, at));
        // `path` goes from child to parent; the ring is told from parent to child.
        std::string ring = revisions_[at].id;
        std::string places;
        const Revision* parent = &revisions_[at];
        for (const std::size_t member : std::views::reverse(path)) {
            ring += " -> " + revisions_[member].id;
            places += "\n  " + place_of_parent(revisions_[member], parent->id) + ": '" +
                      revisions_[member].id + "' follows '" + parent->id + "'";
            parent = &revisions_[member];
        }
        const std::string& first = path.size() > 1 ? revisions_[path[1]].id : revisions_[at].id;
        refuse(place_of_parent(revisions_[at], first),
               "the revisions follow each other in a ring: " + ring + places);
    }

    std::vector<Revision> revisions_;
    std::map<std::string, std::size_t, std::less<>> by_id_;
};

}  // namespace

std::vector<Revision> ordered(std::vector<Revision> revisions) {
    return Sorter{std::move(revisions)}.run();
}

std::vector<std::string> heads_of(const std::vector<Revision>& revisions) {
    std::set<std::string_view> followed;
    for (const Revision& revision : revisions) {
        followed.insert(revision.parents.begin(), revision.parents.end());
    }
    std::vector<std::string> heads;
    for (const Revision& revision : revisions) {
        if (!followed.contains(revision.id)) {
            heads.push_back(revision.id);
        }
    }
    return heads;
}

}  // namespace enginebay::migration
