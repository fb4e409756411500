// SPDX-License-Identifier: BSL-1.0
// Recognises a database by its structure.
#include "migration/adoption.hpp"

#include "migration/planner.hpp"
#include "migration/statements.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <utility>

namespace enginebay::migration {

std::vector<std::string> ignored_tables(const Schema& declared) {
    std::vector<std::string> patterns = declared.unmanaged;
    patterns.emplace_back("enginebay_*");
    return patterns;
}

std::vector<Candidate> candidates(Connection& connection, Migrator& migrator,
                                  const MigrationSet& set, const std::string& backend) {
    const std::vector<std::string> ignored = ignored_tables(set.declared());
    std::vector<Candidate> result;
    for (const Revision& revision : set.revisions()) {
        if (!revision.parents.empty()) {
            continue;
        }
        const std::vector<std::string> statements =
            texts(statements_of({&revision}, {}, migrator, backend));
        result.push_back({&revision, migrator.scratch(connection, statements, ignored)});
    }
    return result;
}

const Revision& recognise(const std::vector<Candidate>& candidates, const Structure& live,
                          const std::string& location) {
    const Candidate* nearest = nullptr;
    std::vector<Difference> fewest;
    for (const Candidate& candidate : candidates) {
        std::vector<Difference> differences = compare(candidate.structure, live);
        if (differences.empty()) {
            return *candidate.revision;
        }
        if (nearest == nullptr || differences.size() < fewest.size()) {
            nearest = &candidate;
            fewest = std::move(differences);
        }
    }
    if (nearest == nullptr) {
        throw Error{Errc::input, "no revision begins the history"};
    }
    throw Error{Errc::input,
                "the database " + location +
                    " has tables but no history of migrations, and its structure is not that of "
                    "revision '" +
                    nearest->revision->id + "'. Nothing was changed. The differences:\n" +
                    describe(fewest) + "Mend these, or name another database in the configuration"};
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
