// SPDX-License-Identifier: BSL-1.0
// Tests: a history means the same on every backend, revision by revision; TeleClaude's still means
// what migrations/schema.lock holds.
//
// Both backends are compared with one portable schema: what a revision leaves behind must be what
// that schema makes of nothing, as the backend itself reports both.
#include "migration_run_fixture.hpp"
#include "torture_history.hpp"

#include <enginebay/authoring.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::IsEmpty;

std::filesystem::path migrations() {
    const char* source = std::getenv("ENGINEBAY_TEST_SOURCE_DIR");
    return std::filesystem::path{source != nullptr ? source : "."} / "migrations";
}

/// The checksum of the operations that make the schema of nothing.
std::string hash_of(const Schema& schema) {
    Revision revision;
    revision.id = "x";
    for (const DraftStep& step : changes({}, schema)) {
        revision.upgrade.push_back(step.operation);
    }
    return MigrationSet::make({revision}, {}).revisions().front().checksum;
}

std::map<std::string, std::string> locked() {
    std::ifstream file{migrations() / "schema.lock"};
    std::map<std::string, std::string> hashes;
    std::string line;
    while (std::getline(file, line)) {
        std::istringstream words{line};
        std::string id;
        std::string hash;
        if (!line.starts_with('#') && words >> id >> hash) {
            hashes[id] = hash;
        }
    }
    return hashes;
}

std::vector<std::string> told(const std::vector<Difference>& differences) {
    std::vector<std::string> texts;
    for (const Difference& difference : differences) {
        texts.push_back(difference.kind + " " + difference.table + "." + difference.name +
                        ": wanted '" + difference.declared + "', found '" + difference.live + "'");
    }
    return texts;
}

TEST(SchemaLock, holds_what_each_revision_makes) {
    const MigrationSet set = MigrationSet::load(migrations());
    std::map<std::string, std::string> hashes;
    std::string text;
    for (const Revision& revision : set.revisions()) {
        hashes[revision.id] = hash_of(set.schema_at(revision.id));
        text += revision.id + " " + hashes[revision.id] + "\n";
    }
    EXPECT_EQ(locked(), hashes)
        << "The schema at a revision is another than migrations/schema.lock holds. If that is "
           "meant, these are the new lines:\n"
        << text;
}

/// Runs the revisions one by one, and after each compares what is there with what its schema makes
/// of an empty database.
void compare_each(const TestDatabase& database, const MigrationSet& set,
                  std::vector<std::string> ignored) {
    Target target{database, set};
    ignored.emplace_back("enginebay_*");
    ignored.emplace_back("sqlite_stat*");  // what ANALYZE leaves
    for (const Revision& revision : set.revisions()) {
        SCOPED_TRACE(revision.id);
        UpgradeOptions options;
        options.target = revision.id;
        options.steps["torture"] = [](Connection&) {};
        (void)target.migrations.upgrade(options);
        const auto migrator = target.engine->migrator();
        const auto connection = target.engine->connect(Access::read_write);
        // Of two branches only what has run is there: the set up to here, not the revision alone.
        const Schema schema = set.schema_at(revision.id);
        if (target.migrations.status().current.size() > 1) {
            continue;  // the revision that joins them is compared
        }
        const Structure wanted =
            migrator->scratch(*connection, schema_sql(*migrator, schema), ignored);
        EXPECT_FALSE(wanted.empty());
        EXPECT_THAT(told(compare(wanted, migrator->inspect(*connection, ignored))), IsEmpty());
    }
}

class Equivalence : public BackendTest {};

TEST_F(Equivalence, each_revision_leaves_what_its_schema_makes_of_nothing) {
    const MigrationSet set = MigrationSet::load(migrations());
    compare_each(create_database(), set, set.declared().unmanaged);
}

TEST_F(Equivalence, so_does_each_of_a_history_with_every_operation) {
    const MigrationFolder folder;
    ASSERT_GE(write_torture(folder.path()).size(), 40U);
    compare_each(create_database(), folder.load(), {});
}

TEST_F(Equivalence, a_difference_that_no_operation_tells_is_found) {
    MigrationFolder folder;
    folder.base().revision("0002_silent", "0001_base",
                           "  - execute: [ALTER TABLE notes ADD COLUMN silent text]\n");
    const MigrationSet set = folder.load();
    const TestDatabase database = create_database();
    Target target{database, set};
    (void)target.upgrade();
    const auto migrator = target.engine->migrator();
    const auto connection = target.engine->connect(Access::read_write);
    const std::vector<std::string> ignored{"enginebay_*"};
    EXPECT_THAT(
        told(compare(migrator->scratch(
                         *connection, schema_sql(*migrator, set.schema_at("0002_silent")), ignored),
                     migrator->inspect(*connection, ignored))),
        ::testing::ElementsAre(::testing::HasSubstr("notes.silent")));
}

}  // namespace
}  // namespace enginebay::testing
