// SPDX-License-Identifier: BSL-1.0
// Tests: databases that have tables but no history of ours.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <string>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrationAdoption : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_
            .schema(
                "unmanaged: [theirs, 'tmp_*']\n"
                "tables:\n"
                "  notes:\n"
                "    columns: [{name: id, type: identity}, {name: body, type: text}, {name: extra, "
                "type: text}]\n"
                "    primary_key: [id]\n")
            .base()
            .revision("0002_extra", "0001_base", add_extra);
    }

    /// What the first revision makes, without any history.
    static void make_tables(Target& target) {
        for (const std::string& sql : target.migrations.plan_sql("0001_base")) {
            target.run(sql);
        }
        target.run("INSERT INTO notes (body) VALUES ('kept')");
    }

    MigrationFolder folder_;
};

TEST_F(MigrationAdoption, the_structure_of_the_first_revision_is_recognised_and_recorded) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    make_tables(target);
    target.run("CREATE TABLE theirs (a INTEGER)");
    target.run("CREATE TABLE tmp_1 (a INTEGER)");
    EXPECT_EQ(target.migrations.status().state, MigrationStatus::State::unversioned);

    const UpgradeReport report = target.upgrade();
    EXPECT_THAT(report.adopted, ElementsAre("0001_base"));
    EXPECT_THAT(report.applied, ElementsAre("0002_extra"));
    EXPECT_EQ(target.migrations.status().applied.at(0).state, "stamped");
    EXPECT_TRUE(target.migrations.check().equal);
    EXPECT_EQ(target.count("notes WHERE body = 'kept' AND extra IS NULL"), 1);
    EXPECT_THAT(target.upgrade().adopted, IsEmpty());
}

TEST_F(MigrationAdoption, tables_of_others_alone_are_no_reason_to_adopt) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    target.run("CREATE TABLE theirs (a INTEGER)");
    EXPECT_EQ(target.migrations.status().state, MigrationStatus::State::empty);
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0001_base", "0002_extra"));
}

TEST_F(MigrationAdoption, any_other_structure_is_refused_with_the_differences_and_unchanged) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    make_tables(target);
    target.run("ALTER TABLE notes ADD COLUMN surprise INTEGER");
    target.run("CREATE TABLE more (a INTEGER)");
    const Structure before = target.structure();
    const Error error = error_of(Errc::input, [&] { return target.upgrade(); });
    EXPECT_THAT(
        error.what(),
        AllOf(HasSubstr("not that of revision '0001_base'"), HasSubstr("Nothing was changed"),
              HasSubstr("column notes.surprise: not expected"), HasSubstr("table more")));
    EXPECT_EQ(target.structure(), before);
    EXPECT_EQ(target.count("notes"), 1);
}

TEST_F(MigrationAdoption, what_is_missing_is_listed_too) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    target.run("CREATE TABLE notes (body TEXT)");
    const Error error = error_of(Errc::input, [&] { return target.upgrade(); });
    EXPECT_THAT(error.what(), HasSubstr("column notes.id: missing"));
}

}  // namespace
}  // namespace enginebay::testing
