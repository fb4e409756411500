// SPDX-License-Identifier: BSL-1.0
// Tests: an upgrade on a real database, where it ends well and where it does not.
#include "counting_connection.hpp"
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrationRun : public BackendTest {
protected:
    MigrationFolder folder_;
};

TEST_F(MigrationRun, an_empty_database_comes_to_the_head_and_equals_the_declared_schema) {
    folder_.base().revision("0002_extra", "0001_base", add_extra);
    folder_.schema(
        "tables:\n"
        "  notes:\n"
        "    columns: [{name: extra, type: text}, {name: id, type: identity}, {name: body, type: "
        "text}]\n"
        "    primary_key: [id]\n");
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    UpgradeOptions options;
    options.by = "a test";
    const UpgradeReport report = target.migrations.upgrade(options);
    EXPECT_THAT(report.applied, ElementsAre("0001_base", "0002_extra"));
    EXPECT_THAT(report.current, ElementsAre("0002_extra"));
    EXPECT_THAT(report.adopted, IsEmpty());

    const MigrationStatus status = target.migrations.status();
    EXPECT_EQ(status.state, MigrationStatus::State::versioned);
    EXPECT_THAT(status.current, ElementsAre("0002_extra"));
    EXPECT_THAT(status.heads, ElementsAre("0002_extra"));
    EXPECT_THAT(status.pending, IsEmpty());
    EXPECT_FALSE(status.server_version.empty());
    ASSERT_EQ(status.applied.size(), 2U);
    EXPECT_EQ(status.applied[0].revision, "0001_base");
    EXPECT_EQ(status.applied[0].state, "applied");
    EXPECT_EQ(status.applied[0].by, "a test");
    EXPECT_EQ(status.applied[0].applied_at.size(), 26U) << status.applied[0].applied_at;
    EXPECT_GT(status.applied[0].duration_us, 0);

    const CheckReport check = target.migrations.check();
    EXPECT_TRUE(check.equal) << ::testing::PrintToString(check.differences.size());
}

TEST_F(MigrationRun, at_the_head_it_does_one_select_and_needs_no_right_to_write) {
    folder_.base();
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    (void)target.upgrade();

    CountingConnection connection{target.engine->connect(Access::read_only)};
    const UpgradeReport report = target.migrations.upgrade(connection, {});
    EXPECT_THAT(report.applied, IsEmpty());
    EXPECT_THAT(report.current, ElementsAre("0001_base"));
    ASSERT_EQ(connection.statements().size(), 1U);
    EXPECT_THAT(connection.statements().front(), HasSubstr("SELECT"));
}

TEST_F(MigrationRun, a_target_before_the_head_is_where_it_stops) {
    folder_.base().revision("0002_extra", "0001_base", add_extra);
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    UpgradeOptions options;
    options.target = "0001_base";
    EXPECT_THAT(target.migrations.upgrade(options).applied, ElementsAre("0001_base"));
    EXPECT_THAT(target.migrations.status().pending, ElementsAre("0002_extra"));
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0002_extra"));
    EXPECT_THAT(target.migrations.upgrade(options).applied, IsEmpty());
    options.target = "0003_none";
    EXPECT_THAT(error_of(Errc::input, [&] { return target.migrations.upgrade(options); }).what(),
                AllOf(HasSubstr("'0003_none'"), HasSubstr("'0002_extra'")));
}

TEST_F(MigrationRun, a_failed_statement_leaves_the_database_as_it_was) {
    folder_.base();
    const TestDatabase database = create_database();
    (void)Target{database, folder_.load()}.upgrade();
    folder_.revision("0002_bad", "0001_base",
                     "  - add_column: {table: notes, column: {name: extra, type: text}}\n"
                     "  - execute:\n"
                     "      - INSERT INTO notes (body) VALUES ('x')\n"
                     "      - UPDATE no_such_table SET a = 1\n");
    Target target{database, folder_.load()};
    const Structure before = target.structure();
    const Error error = error_of(Errc::migration_failed, [&] { return target.upgrade(); });
    EXPECT_THAT(error.what(),
                AllOf(HasSubstr("0002_bad.yaml:6: revision '0002_bad' failed at statement 3 of 3"),
                      HasSubstr("UPDATE no_such_table SET a = 1"), HasSubstr("as it was before")));
    EXPECT_THAT(error.where(), HasSubstr("0002_bad.yaml:6"));
    EXPECT_EQ(error.sql(), "UPDATE no_such_table SET a = 1");
    EXPECT_EQ(target.structure(), before);
    EXPECT_EQ(target.count("notes"), 0);
    EXPECT_THAT(target.migrations.status().current, ElementsAre("0001_base"));

    folder_.revision("0002_bad", "0001_base", add_extra);
    EXPECT_THAT((Target{database, folder_.load()}.upgrade().applied), ElementsAre("0002_bad"));
}

TEST_F(MigrationRun, a_failing_first_revision_leaves_nothing_behind) {
    folder_.revision("0001_base", "",
                     "  - create_table: {name: notes, columns: [{name: a, type: text}]}\n"
                     "  - execute: [no SQL at all]\n");
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    (void)error_of(Errc::migration_failed, [&] { return target.upgrade(); });
    EXPECT_THAT(target.structure(), IsEmpty());
    EXPECT_EQ(target.migrations.status().state, MigrationStatus::State::empty);
}

TEST_F(MigrationRun, a_revision_that_cannot_be_recorded_is_undone) {
    folder_.base();
    const TestDatabase database = create_database();
    (void)Target{database, folder_.load()}.upgrade();
    // The row it will write is there already.
    folder_.revision("0002_extra", "0001_base",
                     add_extra +
                         "  - execute:\n"
                         "      - INSERT INTO enginebay_revision (revision, checksum, state, "
                         "applied_at, duration_us, by) SELECT '0002_extra', checksum, state,"
                         " applied_at, duration_us, 'me' FROM enginebay_revision\n");
    Target target{database, folder_.load()};
    const Structure before = target.structure();
    EXPECT_THAT(error_of(Errc::migration_failed, [&] { return target.upgrade(); }).what(),
                AllOf(HasSubstr("'0002_extra' failed while being recorded"),
                      HasSubstr("as it was before")));
    EXPECT_EQ(target.structure(), before);
    EXPECT_EQ(target.count("enginebay_revision"), 1);
}

TEST_F(MigrationRun, a_history_that_cannot_be_read_is_not_taken_for_none) {
    folder_.base();
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    (void)target.upgrade();
    target.run("ALTER TABLE enginebay_revision RENAME COLUMN checksum TO somewhat");
    (void)error_of(Errc::statement, [&] { return target.upgrade(); });
    (void)error_of(Errc::statement, [&] { return target.migrations.status(); });
}

TEST_F(MigrationRun, a_revision_this_program_does_not_know_is_refused_and_named) {
    folder_.base().revision("0002_extra", "0001_base", add_extra);
    const TestDatabase database = create_database();
    (void)Target{database, folder_.load()}.upgrade();
    folder_.remove("0002_extra.yaml");
    Target older{database, folder_.load()};
    const Structure before = older.structure();
    EXPECT_THAT(error_of(Errc::input, [&] { return older.upgrade(); }).what(),
                AllOf(HasSubstr("'0002_extra'"), HasSubstr("'0001_base'")));
    (void)error_of(Errc::input, [&] { return older.migrations.status(); });
    EXPECT_EQ(older.structure(), before);
}

TEST_F(MigrationRun, a_file_edited_after_it_ran_is_refused) {
    folder_.base().revision("0002_extra", "0001_base", add_extra);
    const TestDatabase database = create_database();
    (void)Target{database, folder_.load()}.upgrade();
    folder_.revision("0002_extra", "0001_base", "  # only a remark is new\n" + add_extra);
    EXPECT_THAT((Target{database, folder_.load()}.upgrade().applied), IsEmpty());
    folder_.revision("0002_extra", "0001_base",
                     "  - add_column: {table: notes, column: {name: extra, type: json}}\n");
    Target edited{database, folder_.load()};
    EXPECT_THAT(error_of(Errc::input, [&] { return edited.upgrade(); }).what(),
                AllOf(HasSubstr("0002_extra.yaml"), HasSubstr("was changed after it ran"),
                      HasSubstr(edited.migrations.set().find("0002_extra")->checksum)));
}

TEST_F(MigrationRun, an_edited_file_is_refused_with_what_is_different_and_how_to_accept_it) {
    const std::string one = "  - add_column: {table: notes, column: {name: one, type: text}}\n";
    const std::string two = "  - add_column: {table: notes, column: {name: two, type: integer}}\n";
    folder_.base().revision("0002_two", "0001_base", one + add_extra + two);
    folder_.revision("0003_last", "0002_two", "  - rename_table: {from: notes, to: words}\n");
    const TestDatabase database = create_database();
    (void)Target{database, folder_.load()}.upgrade();
    std::string edited = two;
    edited.replace(edited.find("integer"), 7, "real");
    folder_.revision("0002_two", "0001_base", one + edited);
    Target target{database, folder_.load()};
    const Error error = error_of(Errc::input, [&] { return target.upgrade(); });
    const std::string lines =
        "\n  ...\n    table: notes\n    column\n-     name: extra\n-     type: text\n"
        "-     nullable: true\n- add_column\n-   table: notes\n-   column\n      name: two\n"
        "-     type: integer\n+     type: real\n      nullable: true\nPut the file back";
    EXPECT_THAT(error.what(), AllOf(HasSubstr(lines), HasSubstr("`enginebay stamp 0003_last "
                                                                "--force --why")));
    EXPECT_EQ(std::string{error_of(Errc::input, [&] { return target.migrations.status(); }).what()},
              error.what());
}

TEST_F(MigrationRun, a_history_of_an_earlier_version_gets_what_it_lacks) {
    folder_.base();
    const TestDatabase database = create_database();
    (void)Target{database, folder_.load()}.upgrade();
    Target{database, folder_.load()}.run("ALTER TABLE enginebay_revision DROP COLUMN meaning");
    folder_.revision("0002_extra", "0001_base", add_extra);
    Target target{database, folder_.load()};
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0002_extra"));
    EXPECT_EQ(target.count("enginebay_revision WHERE meaning IS NOT NULL"), 1);
    EXPECT_EQ(target.count("enginebay_revision WHERE meaning IS NULL"), 1);
    folder_.revision("0001_base", "",
                     "  - create_table:\n      name: notes\n      primary_key: [id]\n"
                     "      columns: [{name: id, type: identity}, {name: body, type: json}]\n");
    EXPECT_THAT(
        error_of(Errc::input, [&] { return Target{database, folder_.load()}.upgrade(); }).what(),
        AllOf(HasSubstr("was changed after it ran"), HasSubstr(". Put the file back")));
}

TEST_F(MigrationRun, several_heads_are_refused_and_named) {
    folder_.base()
        .revision("0002_a", "0001_base", add_extra)
        .revision("0002_b", "0001_base",
                  "  - add_column: {table: notes, column: {name: b, type: text}}\n");
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    EXPECT_THAT(error_of(Errc::input, [&] { return target.upgrade(); }).what(),
                AllOf(HasSubstr("'0002_a'"), HasSubstr("'0002_b'")));
    EXPECT_THAT(target.structure(), IsEmpty());
    folder_.revision("0003_join", "0002_a, 0002_b", "  []\n");
    EXPECT_THAT((Target{database, folder_.load()}.upgrade().applied),
                ElementsAre("0001_base", "0002_a", "0002_b", "0003_join"));
}

TEST_F(MigrationRun, a_revision_for_other_backends_is_recorded_and_does_nothing) {
    folder_.base()
        .file("0002_other.yaml",
              "revision: 0002_other\nparents: [0001_base]\nmessage: m\nbackends: [other]\n"
              "irreversible: a test\nupgrade:\n  - execute: [no SQL at all]\n")
        .revision("0003_mine", "0002_other",
                  "  - execute: {" + backend().name() +
                      ": [UPDATE notes SET body = ''], skip: "
                      "[other]}\n");
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0001_base", "0002_other", "0003_mine"));
    EXPECT_TRUE(target.migrations.check().equal);
}

TEST_F(MigrationRun, a_backend_without_statements_must_be_named_under_skip) {
    folder_.base().revision("0002_gap", "0001_base", "  - execute: {other: [SELECT 1]}\n");
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    EXPECT_THAT(error_of(Errc::input, [&] { return target.upgrade(); }).what(),
                AllOf(HasSubstr("0002_gap.yaml:5: execute: "), HasSubstr(backend().name())));
    EXPECT_THAT(target.structure(), IsEmpty()) << "the revision before it did run";
}

TEST_F(MigrationRun, reports_each_step) {
    folder_.base().revision("0002_extra", "0001_base", add_extra);
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    std::vector<std::string> steps;
    UpgradeOptions options;
    options.progress = [&](const MigrationProgress& progress) {
        constexpr std::array names{"waiting", "adopted", "revision", "statement", "rows", "done"};
        steps.push_back(std::string{names.at(static_cast<std::size_t>(progress.what))} + " " +
                        std::string{progress.revision} + " " + std::to_string(progress.number) +
                        "/" + std::to_string(progress.count));
    };
    (void)target.migrations.upgrade(options);
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    EXPECT_THAT(steps, ElementsAre("revision 0001_base 1/2", "statement 0001_base 1/2",
                                   "revision 0002_extra 2/2", "statement 0002_extra 2/2",
                                   "done 0001_base 1/2", "done 0002_extra 2/2"))
        << "on an empty database both are one transaction";
}

TEST_F(MigrationRun, an_exception_from_the_progress_callback_undoes_the_revision) {
    folder_.base();
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    UpgradeOptions options;
    options.progress = [](const MigrationProgress& progress) {
        if (progress.what == MigrationProgress::What::statement) {
            throw std::runtime_error{"enough"};
        }
    };
    EXPECT_THROW((void)target.migrations.upgrade(options), std::runtime_error);
    EXPECT_THAT(target.structure(), IsEmpty());
}

TEST_F(MigrationRun, status_and_check_create_nothing) {
    folder_.base();
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    (void)target.engine->connect(Access::create);
    EXPECT_EQ(target.migrations.status().state, MigrationStatus::State::empty);
    EXPECT_THAT(target.migrations.status().pending, ElementsAre("0001_base"));
    const CheckReport check = target.migrations.check();
    EXPECT_FALSE(check.equal);
    EXPECT_THAT(check.differences,
                ::testing::Contains(::testing::Field(&Difference::table, "notes")));
    EXPECT_THAT(target.structure(), IsEmpty());
}

TEST_F(MigrationRun, check_names_what_was_changed_behind_its_back) {
    folder_.base();
    const TestDatabase database = create_database();
    Target target{database, folder_.load()};
    (void)target.upgrade();
    target.run("ALTER TABLE notes ADD COLUMN sneaked INTEGER");
    const CheckReport check = target.migrations.check();
    ASSERT_EQ(check.differences.size(), 1U);
    EXPECT_EQ(check.differences[0].kind, "column");
    EXPECT_EQ(check.differences[0].table, "notes");
    EXPECT_EQ(check.differences[0].name, "sneaked");
    EXPECT_EQ(check.differences[0].declared, "");
    EXPECT_NE(check.differences[0].live, "");
}

}  // namespace
}  // namespace enginebay::testing
