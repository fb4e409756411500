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

const std::string add_more =
    "  - create_table: {name: more, columns: [{name: a, type: integer}]}\n";

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

TEST_F(MigrationAdoption, what_a_later_revision_makes_is_named_and_can_be_stamped) {
    const TestDatabase database = create_database();
    Target target{database, folder_.revision("0003_more", "0002_extra", add_more).load()};
    for (const std::string& sql : target.migrations.plan_sql("0002_extra")) {
        target.run(sql);
    }
    const Structure before = target.structure();
    const Error error = error_of(Errc::input, [&] { return target.upgrade(); });
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("that of revision '0002_extra'"), HasSubstr("Nothing was changed"),
                      HasSubstr("`enginebay stamp 0002_extra`")));
    EXPECT_EQ(target.structure(), before);
    StampOptions options;
    options.target = "0002_extra";
    (void)target.migrations.stamp(options);
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0003_more"));
}

TEST_F(MigrationAdoption, a_stamp_knows_what_no_transaction_can_run_and_what_is_code) {
    folder_.file("0003_index.yaml", R"(revision: 0003_index
parents: [0002_extra]
message: built while others write
transactional: false
upgrade:
  - create_index: {table: notes, concurrently: true, index: {name: idx_body, columns: [body]}}
  - execute:
      postgresql: [CREATE INDEX CONCURRENTLY idx_extra ON notes (extra)]
      sqlite: [CREATE INDEX idx_extra ON notes (extra)]
      effect:
        - create_index: {table: notes, index: {name: idx_extra, columns: [extra]}}
downgrade: []
)");
    folder_.revision("0004_code", "0003_index", "  - call: fill\n");
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    UpgradeOptions with_step;
    with_step.steps["fill"] = [](Connection&) {};
    (void)target.migrations.upgrade(with_step);
    target.run("DROP TABLE enginebay_revision");

    EXPECT_THAT(error_of(Errc::input, [&] { return target.migrations.upgrade(with_step); }).what(),
                HasSubstr("that of revision '0004_code'"));
    StampOptions options;
    options.target = "0004_code";
    EXPECT_EQ(target.migrations.stamp(options).added.size(), 4U);
    target.run("DROP INDEX idx_extra");
    target.run("DROP TABLE enginebay_revision");
    EXPECT_THAT(error_of(Errc::input, [&] { return target.migrations.stamp(options); }).what(),
                HasSubstr("idx_extra: missing"));
}

TEST_F(MigrationAdoption, the_nearest_may_be_a_later_revision) {
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    for (const std::string& sql : target.migrations.plan_sql("0002_extra")) {
        target.run(sql);
    }
    target.run("CREATE INDEX of_theirs ON notes (body)");
    const Error error = error_of(Errc::input, [&] { return target.upgrade(); });
    EXPECT_THAT(error.what(), AllOf(HasSubstr("not that of revision '0002_extra'"),
                                    HasSubstr("index notes.of_theirs: not expected"),
                                    ::testing::Not(HasSubstr("notes.extra"))));
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
