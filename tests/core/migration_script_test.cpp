// SPDX-License-Identifier: BSL-1.0
// Tests: what `upgrade --sql` writes leads the backend's own shell to where an upgrade leads.
#include "migration_run_fixture.hpp"
#include "torture_history.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrationScript : public BackendTest {
protected:
    /// The long history without what no script can hold.
    static MigrationSet torture(const std::filesystem::path& folder) {
        write_torture(folder);
        const MigrationSet set = MigrationSet::load(folder);
        std::vector<Revision> revisions = set.revisions();
        for (Revision& revision : revisions) {
            std::erase_if(revision.upgrade, [](const Operation& operation) {
                return std::holds_alternative<Call>(operation);
            });
        }
        return MigrationSet::make(revisions, set.declared());
    }
    /// Writes the script and has the shell run it.
    RunResult apply(const TestDatabase& database, const MigrationSet& set,
                    const ScriptOptions& options) {
        Target target{database, set};
        std::string text;
        for (const std::string& line : target.migrations.script(options)) {
            text += line + "\n";
        }
        write_file(folder_ / "script.sql", text);
        return backend().run_script(database.config(), folder_ / "script.sql");
    }
    static Structure structure(const TestDatabase& database, const MigrationSet& set) {
        Target target{database, set};
        Structure facts = target.structure();
        std::erase_if(facts, [](const StructureFact& fact) {
            return fact.table == "enginebay_journal" || fact.table.starts_with("sqlite_stat");
        });
        return facts;
    }
    TemporaryFolder folder_;
};

TEST_F(MigrationScript, leads_a_shell_to_where_an_upgrade_leads) {
    const MigrationSet set = torture(folder_.path());
    const TestDatabase upgraded = create_database();
    (void)Target{upgraded, set}.upgrade();

    const TestDatabase scripted = create_database();
    const RunResult first = apply(scripted, set, {"", "t0001", "by hand"});
    ASSERT_EQ(first.exit_status, 0) << first.err << first.out;
    Target target{scripted, set};
    target.run("INSERT INTO groups (name) VALUES ('a')");
    target.run("INSERT INTO items (group_id, title, size) VALUES (1, 'kept', 3)");
    const RunResult rest = apply(scripted, set, {"t0001", "", "by hand"});
    ASSERT_EQ(rest.exit_status, 0) << rest.err << rest.out;
    EXPECT_EQ(rest.err, "");

    EXPECT_EQ(structure(scripted, set), structure(upgraded, set));
    EXPECT_EQ(target.count("things WHERE heading = 'kept' AND length = 3"), 1);
    const MigrationStatus status = target.migrations.status();
    EXPECT_THAT(status.pending, IsEmpty());
    ASSERT_EQ(status.applied.size(), set.revisions().size());
    EXPECT_EQ(status.applied.front().by, "by hand");
    EXPECT_THAT(target.upgrade().applied, IsEmpty());
}

TEST_F(MigrationScript, stops_at_the_first_error_and_leaves_that_revision_out) {
    MigrationFolder folder;
    folder.base()
        .revision("0002_more", "0001_base", add_extra)
        .revision("0003_fails", "0002_more",
                  "  - insert_rows: {table: notes, rows: [{body: half}]}\n"
                  "  - execute: [INSERT INTO absent VALUES (1)]\n")
        .revision("0004_late", "0003_fails",
                  "  - insert_rows: {table: notes, rows: [{body: x}]}\n");
    const MigrationSet set = folder.load();
    const TestDatabase database = create_database();
    const RunResult result = apply(database, set, {});
    EXPECT_NE(result.exit_status, 0);
    EXPECT_THAT(result.err, HasSubstr("absent"));
    Target target{database, set};
    EXPECT_THAT(target.migrations.status().current, ::testing::ElementsAre("0002_more"));
    EXPECT_EQ(target.count("notes"), 0);
}

TEST_F(MigrationScript, a_copied_table_keeps_what_refers_to_it_and_adds_no_orphans) {
    MigrationFolder folder;
    folder
        .revision(
            "0001_base", "",
            "  - create_table: {name: a, columns: [{name: id, type: identity}, {name: n, type: "
            "integer}], primary_key: [id]}\n"
            "  - create_table: {name: b, columns: [{name: a, type: integer}], foreign_keys: "
            "[{columns: [a], references: {table: a, columns: [id]}, on_delete: cascade}]}\n"
            "  - create_table: {name: c, columns: [{name: a, type: integer}]}\n"
            "  - insert_rows: {table: a, rows: [{id: 1, n: 1}]}\n"
            "  - insert_rows: {table: b, rows: [{a: 1}]}\n"
            "  - insert_rows: {table: c, rows: [{a: 7}]}\n")
        .revision("0002_copy", "0001_base",
                  "  - add_check: {table: a, check: {name: positive, expression: n > 0}}\n")
        .revision("0003_orphan", "0002_copy",
                  "  - add_foreign_key: {table: c, foreign_key: {name: c_a, columns: [a], "
                  "references: {table: a, columns: [id]}}}\n");
    const MigrationSet set = folder.load();
    const TestDatabase database = create_database();
    const RunResult result = apply(database, set, {});
    EXPECT_NE(result.exit_status, 0) << "a row of c refers to none";
    Target target{database, set};
    EXPECT_THAT(target.migrations.status().current, ::testing::ElementsAre("0002_copy"));
    EXPECT_EQ(target.count("b"), 1) << "went with the table that was copied";
}

TEST_F(MigrationScript, a_step_of_the_program_has_no_script) {
    MigrationFolder folder;
    folder.base().revision("0002_call", "0001_base", "  - call: something\n");
    const TestDatabase database = create_database();
    Target target{database, folder.load()};
    const Error error = error_of(Errc::unsupported, [&] { return target.migrations.script({}); });
    EXPECT_THAT(error.what(), HasSubstr("0002_call.yaml:5: the step 'something'"));
}

}  // namespace
}  // namespace enginebay::testing
