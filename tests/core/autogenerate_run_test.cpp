// SPDX-License-Identifier: BSL-1.0
// Tests: what autogenerate writes makes of one real database another, and back.
#include "migration_run_fixture.hpp"
#include "random_schema.hpp"

#include <enginebay/authoring.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

Revision revision(const std::string& id, const std::string& parent,
                  const std::vector<DraftStep>& steps) {
    Revision result;
    result.id = id;
    result.message = id;
    if (!parent.empty()) {
        result.parents = {parent};
    }
    for (const DraftStep& step : steps) {
        result.upgrade.push_back(step.operation);
    }
    return result;
}

std::string told(const std::vector<DraftStep>& steps) {
    Draft draft;
    draft.id = "x";
    draft.message = "m";
    draft.upgrade = steps;
    return to_yaml(draft);
}

std::string told(const std::vector<Difference>& differences) {
    std::string text;
    for (const Difference& difference : differences) {
        text += difference.kind + " " + difference.table + "." + difference.name + ": declared " +
                difference.declared + ", live " + difference.live + "\n";
    }
    return text;
}

class AutogenerateRun : public BackendTest {
protected:
    /// Upgrades, then compares what is there with what is declared.
    void reach(const TestDatabase& database, const std::vector<Revision>& revisions,
               const Schema& declared, const std::vector<DraftStep>& steps) {
        try {
            Target target{database, MigrationSet::make(revisions, declared)};
            (void)target.upgrade();
            const CheckReport check = target.migrations.check();
            ASSERT_TRUE(check.equal) << told(check.differences) << told(steps);
        } catch (const Error& error) {
            FAIL() << error.what() << "\n" << told(steps);
        }
    }
};

TEST_F(AutogenerateRun, leads_from_any_schema_to_any_other_and_back) {
    const char* wanted = std::getenv("ENGINEBAY_TEST_ROUNDS");
    const unsigned rounds =
        wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10)) : 15;
    for (unsigned seed = 1; seed <= rounds; ++seed) {
        RandomSchema random{seed};
        const Schema from = random.make();
        const Schema to = seed % 4 == 0 ? random.make() : random.changed(from);
        SCOPED_TRACE("seed " + std::to_string(seed));
        const std::vector<Revision> start{revision("0001", "", changes({}, from))};
        const MigrationSet set = MigrationSet::make(start, to);
        const Draft draft = autogenerate(set, "there");
        std::vector<Revision> there = start;
        there.push_back(revision("0002", "0001", draft.upgrade));
        std::vector<Revision> back = there;
        back.push_back(revision("0003", "0002", draft.downgrade));

        const TestDatabase database = create_database();
        reach(database, start, from, changes({}, from));
        reach(database, there, to, draft.upgrade);
        reach(database, back, from, draft.downgrade);
    }
}

}  // namespace
}  // namespace enginebay::testing
