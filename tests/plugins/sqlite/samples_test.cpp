// SPDX-License-Identifier: BSL-1.0
// The declared schema, rendered, against databases that the old daemon really left. Built only
// where the samples are.
#include "fixture.hpp"

#include <enginebay/migrations.hpp>

#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

namespace fs = std::filesystem;

class SamplesTest : public SqliteTest {
protected:
    /// A copy: opening a database in write-ahead mode changes its folder.
    std::unique_ptr<Engine> open_copy(const std::string& name) {
        const fs::path copy = folder_ / name;
        fs::copy_file(samples_ / name, copy);
        fs::permissions(copy, fs::perms::owner_write, fs::perm_options::add);
        return open_sqlite(copy);
    }
    const fs::path samples_{std::getenv("ENGINEBAY_TEST_SAMPLES")};
    const MigrationSet set_ =
        MigrationSet::load(fs::path{std::getenv("ENGINEBAY_TEST_SOURCE_DIR")} / "migrations");
};

TEST_F(SamplesTest, the_declared_schema_is_that_of_a_fully_migrated_database_and_what_came_since) {
    const auto migrator = engine_->migrator();
    const auto connection = connect();
    const Structure declared =
        migrator->scratch(*connection, schema_sql(*migrator, set_.declared()), {});
    EXPECT_GT(declared.size(), 100U);
    for (const char* name :
         {"fresh-17.db", "legacy-17-initialized.db", "legacy-17-normalized.db"}) {
        const auto old = open_copy(name);
        const Structure live =
            old->migrator()->inspect(*old->connect(Access::read_only), set_.declared().unmanaged);
        std::vector<std::string> added;
        for (const Difference& difference : compare(declared, live)) {
            EXPECT_EQ(difference.live, "") << name << ": " << difference.declared;
            added.push_back(difference.kind + " " + difference.table + "." + difference.name);
        }
        // What the revisions behind the old daemon's steps add, and nothing else.
        EXPECT_THAT(added, ::testing::ElementsAre("index sessions.idx_sessions_open")) << name;
    }
}

TEST_F(SamplesTest, an_older_database_is_told_from_it) {
    const auto migrator = engine_->migrator();
    const auto connection = connect();
    const Structure declared =
        migrator->scratch(*connection, schema_sql(*migrator, set_.declared()), {});
    for (const char* name : {"legacy-00.db", "legacy-05-filled.db", "legacy-11.db"}) {
        const auto old = open_copy(name);
        const Structure live =
            old->migrator()->inspect(*old->connect(Access::read_only), set_.declared().unmanaged);
        EXPECT_FALSE(compare(declared, live).empty()) << name;
    }
}

}  // namespace
}  // namespace enginebay::testing
