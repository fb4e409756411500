// SPDX-License-Identifier: BSL-1.0
// Two structures as one backend reports them, fact against fact.
#include <enginebay/migrations.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>

namespace enginebay {
namespace {

auto key(const StructureFact& fact) { return std::tie(fact.kind, fact.table, fact.name); }

/// A fact may say no more than that something is there; an empty text means that it is not.
std::string text_of(const StructureFact& fact) {
    return fact.definition.empty() ? "present" : fact.definition;
}

}  // namespace

std::vector<Difference> compare(const Structure& declared, const Structure& live) {
    // Facts may share kind, table and name (two unnamed checks on a column): what is equal goes
    // first, the rest is paired by name.
    Structure wanted;
    Structure found;
    Structure left = declared;
    Structure right = live;
    std::ranges::sort(left);
    std::ranges::sort(right);
    std::ranges::set_difference(left, right, std::back_inserter(wanted));
    std::ranges::set_difference(right, left, std::back_inserter(found));

    std::vector<Difference> result;
    auto w = wanted.begin();
    auto f = found.begin();
    while (w != wanted.end() || f != found.end()) {
        const bool missing = f == found.end() || (w != wanted.end() && key(*w) < key(*f));
        const bool extra = w == wanted.end() || (f != found.end() && key(*f) < key(*w));
        const StructureFact& fact = extra ? *f : *w;
        result.push_back({fact.kind, fact.table, fact.name, extra ? "" : text_of(*w),
                          missing ? "" : text_of(*f)});
        if (!extra) {
            ++w;
        }
        if (!missing) {
            ++f;
        }
    }
    return result;
}

}  // namespace enginebay
