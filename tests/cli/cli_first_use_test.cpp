// SPDX-License-Identifier: BSL-1.0
// Tests: what a person is told who does not know the program yet, and names a thing wrong.
#include "cli/cli_fixture.hpp"
#include "support/decided.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class CliFirstUseTest : public CliDatabaseTest {
protected:
    void run_sql(const std::string& sql) const {
        const DatabaseConfig config = database->config();
        (void)plugin_host().open(config)->connect(Access::read_write)->execute(sql, {});
    }
    void revision(const std::string& id, const std::string& upgrade) const {
        write_file(folder / ("migrations/versions/" + id + ".yaml"),
                   "revision: " + id + "\nparents: [0002_kind]\nmessage: M\nupgrade:\n" + upgrade +
                       "irreversible: a test\n");
    }
};

TEST_F(CliFirstUseTest, a_count_backwards_is_one_wherever_a_revision_is_named) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    const RunResult upgrade = bay({"upgrade", "-1"});
    EXPECT_EQ(upgrade.exit_status, 64);
    EXPECT_THAT(upgrade.err, HasSubstr("`enginebay downgrade -1`"));
    const RunResult stamp = bay({"stamp", "-1"});
    EXPECT_EQ(stamp.exit_status, 65);
    EXPECT_THAT(stamp.err, HasSubstr("is not that of revision '0001_notes'"));
    EXPECT_THAT(bay({"stamp", "base"}).err, HasSubstr("a database before the first revision"));
    EXPECT_THAT(bay({"lint", "-1"}).err, HasSubstr("-1 is too far"));
    EXPECT_THAT(bay({"downgrade", "-3"}).err,
                HasSubstr("-3 is too far: there are 2 revisions from the base"));
}

TEST_F(CliFirstUseTest, lint_takes_revisions_as_every_command_does) {
    revision("0003_gone", "  - drop_column: {table: notes, column: kind}\n");
    for (const char* name : {"0003", "head", "0003_gone"}) {
        const RunResult result = bay({"lint", name});
        EXPECT_EQ(result.exit_status, 1) << name;
        EXPECT_THAT(result.out, HasSubstr("drop_column")) << name;
    }
    const RunResult unknown = bay({"lint", "0004_gone"});
    EXPECT_EQ(unknown.exit_status, 65) << "what was not looked at is not in order";
    EXPECT_THAT(unknown.err, HasSubstr("there is no revision '0004_gone'"));
}

TEST_F(CliFirstUseTest, a_decision_is_told_as_a_whole) {
    revision("0003_open",
             "  # DECIDE: first line,\n  # and its end.\n"
             "  - execute: [SELECT 1]\n"
             "  # DECIDE:\n"
             "  - execute: [SELECT 2]\n");
    const RunResult result = bay({"lint", "0003"});
    EXPECT_EQ(result.exit_status, 1) << result.err;
    EXPECT_THAT(result.out,
                AllOf(HasSubstr("0003_open.yaml:5: undecided: first line, and its end."),
                      HasSubstr("0003_open.yaml:8: undecided: ")));
}

TEST_F(CliFirstUseTest, an_upgrade_waits_for_the_decision_and_a_script_too) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    run_sql("INSERT INTO notes (body, kind) VALUES ('a', 'b')");
    revision("0003_open",
             "  # DECIDE: the values of kind are lost.\n"
             "  - drop_column: {table: notes, column: kind}\n");
    const std::vector<std::vector<std::string>> commands{
        {"upgrade"}, {"upgrade", "--sql"}, {"upgrade", "--sql", "--from", "0002"}};
    for (const std::vector<std::string>& command : commands) {
        SCOPED_TRACE(::testing::PrintToString(command));
        const RunResult result = bay(command);
        EXPECT_EQ(result.exit_status, 65);
        EXPECT_EQ(result.out, "");
        EXPECT_THAT(result.err,
                    AllOf(HasSubstr("0003_open.yaml:5: revision '0003_open' waits for a decision, "
                                    "\"the values of kind are lost.\"; decide, "),
                          HasSubstr("allow: {undecided: why}")));
        EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    }
    run_sql("UPDATE notes SET kind = 'still there'");
    EXPECT_EQ(bay({"upgrade", "--sql", "0002"}).exit_status, 0) << "nothing is open up to there";
    const RunResult plan = bay({"upgrade", "--plan"});
    EXPECT_EQ(plan.exit_status, 0) << plan.err;
    EXPECT_THAT(plan.out, HasSubstr("loses:  the values of notes.kind"));

    const auto file = folder / "migrations/versions/0003_open.yaml";
    const std::string open = read_file(file);
    EXPECT_EQ(take_decisions_away(file), 1U);
    EXPECT_EQ(bay({"upgrade", "--sql"}).exit_status, 0);
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0);
    write_file(file, open);
    EXPECT_EQ(bay({"upgrade"}).out, "nothing to do: the database is at 0003_open\n");
    EXPECT_EQ(bay({"upgrade", "--sql", "--from", "0003"}).exit_status, 0);
}

TEST_F(CliFirstUseTest, differences_that_are_only_pending_are_told_as_such) {
    ASSERT_EQ(bay({"upgrade", "+1"}).exit_status, 0);
    RunResult check = bay({"check"});
    EXPECT_EQ(check.exit_status, 1);
    EXPECT_THAT(check.out, HasSubstr("Revisions are pending: 0002_kind; run `enginebay upgrade`"));
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    run_sql("ALTER TABLE notes ADD COLUMN surprise INTEGER");
    check = bay({"check"});
    EXPECT_EQ(check.exit_status, 1);
    EXPECT_THAT(check.out, Not(HasSubstr("pending")));
}

TEST_F(CliFirstUseTest, a_plan_for_tables_without_a_history_says_what_comes_first) {
    EXPECT_THAT(bay({"upgrade", "+1"}).out, HasSubstr("0001_notes"));
    EXPECT_THAT(bay({"upgrade", "--plan"}).out, Not(HasSubstr("no history")));
    run_sql("DROP TABLE enginebay_revision");
    EXPECT_THAT(bay({"upgrade", "--plan"}).out,
                HasSubstr("The database has tables but no history"));
    EXPECT_EQ(json_of(bay({"upgrade", "--plan", "--json"}))->getValue<std::string>("state"),
              "unversioned");
}

TEST_F(CliFirstUseTest, what_stands_for_applied_revisions_counts_as_applied) {
    ASSERT_EQ(bay({"upgrade", "+1"}).exit_status, 0);
    ASSERT_EQ(bay({"squash", "-m", "Both"}).exit_status, 0);
    EXPECT_EQ(bay({"history", "--graph"}).out, "* 0003_both (pending)  Both\n");
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    EXPECT_EQ(bay({"history", "--graph"}).out, "* 0003_both (applied)  Both\n");
}

}  // namespace
}  // namespace enginebay::testing
