// SPDX-License-Identifier: BSL-1.0
// Tests: the way back, and revisions whose steps are committed one by one.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string revision_text(const std::string& id, const std::string& parents,
                          const std::string& rest) {
    return "revision: " + id + "\nparents: [" + parents + "]\nmessage: m\n" + rest;
}

class MigrationDowngrade : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_.file("0001_base.yaml",
                     revision_text("0001_base", "",
                                   "upgrade:\n"
                                   "  - create_table:\n"
                                   "      name: notes\n"
                                   "      columns: [{name: id, type: identity}, {name: body, type: "
                                   "text}]\n"
                                   "      primary_key: [id]\n"
                                   "downgrade: [{drop_table: {table: notes}}]\n"));
        add("0002_extra", "0001_base", "extra");
        database_.emplace(create_database());
    }
    /// A revision that adds a column and takes it away again.
    void add(const std::string& id, const std::string& parents, const std::string& column) {
        folder_.file(
            id + ".yaml",
            revision_text(id, parents,
                          "upgrade: [{add_column: {table: notes, column: {name: " + column +
                              ", type: text}}}]\n" +
                              "downgrade: [{drop_column: {table: notes, column: " + column +
                              "}}]\n"));
    }
    Target target() { return {*database_, folder_.load()}; }
    std::vector<std::string> undo(const std::string& to) {
        UpgradeOptions options;
        options.target = to;
        return target().migrations.downgrade(options).undone;
    }
    Error refusal(const std::string& to, Errc code = Errc::input) {
        return error_of(code, [&] { return undo(to); });
    }
    Structure structure() {
        Structure facts = target().structure();
        std::erase_if(
            facts, [](const StructureFact& fact) { return fact.table.starts_with("enginebay_"); });
        return facts;
    }

    MigrationFolder folder_;
    std::optional<TestDatabase> database_;
};

TEST_F(MigrationDowngrade, goes_back_where_it_came_from) {
    UpgradeOptions first;
    first.target = "0001_base";
    target().migrations.upgrade(first);
    const Structure before = structure();
    target().upgrade();
    target().run("INSERT INTO notes (body, extra) VALUES ('a', 'b')");
    EXPECT_THAT(target().migrations.undone_by("-1"), ElementsAre("0002_extra"));
    EXPECT_THAT(undo("0001_base"), ElementsAre("0002_extra"));
    EXPECT_EQ(structure(), before);
    EXPECT_EQ(target().count("notes WHERE body = 'a'"), 1);
    EXPECT_THAT(target().migrations.status().current, ElementsAre("0001_base"));
    EXPECT_THAT(undo("0001_base"), IsEmpty());
    target().upgrade();
    EXPECT_THAT(undo("base"), ElementsAre("0002_extra", "0001_base"));
    EXPECT_EQ(structure(), Structure{});
    EXPECT_EQ(target().count("enginebay_revision"), 0);
    EXPECT_THAT(target().upgrade().applied, ElementsAre("0001_base", "0002_extra"));
}

TEST_F(MigrationDowngrade, takes_back_what_builds_on_the_target_and_no_other_branch) {
    add("0003_left", "0002_extra", "l");
    add("0003_right", "0002_extra", "r");
    folder_.file("0004_merge.yaml",
                 revision_text("0004_merge", "0003_left, 0003_right", "upgrade: []\n"));
    target().upgrade();
    EXPECT_THAT(undo("0003_left"), ElementsAre("0004_merge"));
    EXPECT_THAT(target().migrations.status().current, ElementsAre("0003_left", "0003_right"));
    EXPECT_THAT(undo("0002"), ElementsAre("0003_right", "0003_left"));
    EXPECT_THAT(target().upgrade().applied, ElementsAre("0003_left", "0003_right", "0004_merge"));
}

TEST_F(MigrationDowngrade, what_cannot_be_undone_is_refused_before_anything_is_changed) {
    add("0004_more", "0003_final", "more");
    folder_.file("0003_final.yaml", revision_text("0003_final", "0002_extra",
                                                  "upgrade: [{execute: [DELETE FROM notes]}]\n"
                                                  "irreversible: the rows are gone\n"));
    target().upgrade();
    const Structure before = structure();
    EXPECT_THAT(refusal("base").what(), AllOf(HasSubstr("0003_final.yaml"),
                                              HasSubstr("cannot be undone: the rows are gone")));
    EXPECT_EQ(structure(), before);
    EXPECT_THAT(target().migrations.status().current, ElementsAre("0004_more"));
    EXPECT_THAT(undo("0003_final"), ElementsAre("0004_more"));
}

TEST_F(MigrationDowngrade, a_target_it_has_not_been_at_is_refused) {
    UpgradeOptions first;
    first.target = "0001_base";
    target().migrations.upgrade(first);
    EXPECT_THAT(refusal("0002_extra").what(), HasSubstr("revision '0002_extra' is not applied"));
    EXPECT_THAT(refusal("nonsense").what(), HasSubstr("there is no revision 'nonsense'"));
    EXPECT_THAT(refusal("", Errc::usage).what(), HasSubstr("needs a target"));
}

TEST_F(MigrationDowngrade, a_failed_one_leaves_the_revision_where_it_was) {
    folder_.file("0003_bad.yaml", revision_text("0003_bad", "0002_extra",
                                                "upgrade: [{execute: [SELECT 1]}]\n"
                                                "downgrade:\n"
                                                "  - drop_column: {table: notes, column: extra}\n"
                                                "  - execute: [NO SUCH STATEMENT]\n"));
    target().upgrade();
    const Structure before = structure();
    EXPECT_THAT(refusal("0002_extra", Errc::migration_failed).what(),
                AllOf(HasSubstr("0003_bad.yaml:7"), HasSubstr("still at revision '0003_bad'")));
    EXPECT_EQ(structure(), before);
    EXPECT_EQ(target().count("enginebay_revision"), 3);
}

/// A revision with four statements, each committed by itself.
class MigrationSteps : public MigrationDowngrade {
protected:
    void SetUp() override {
        MigrationDowngrade::SetUp();
        folder_.file("0003_steps.yaml",
                     revision_text("0003_steps", "0002_extra",
                                   "transactional: false\n"
                                   "upgrade:\n"
                                   "  - add_column: {table: notes, column: {name: a, type: text}}\n"
                                   "  - create_index: {table: notes, index: {name: by_a, columns: "
                                   "[a]}, concurrently: true}\n"
                                   "  - add_check: {table: notes, check: {name: has, expression: a "
                                   "<> ''}}\n"
                                   "  - execute: [UPDATE notes SET body = 'seen']\n"
                                   "downgrade:\n"
                                   "  - drop_check: {table: notes, name: has}\n"
                                   "  - drop_index: {table: notes, index: by_a, concurrently: "
                                   "true}\n"
                                   "  - drop_column: {table: notes, column: a}\n"));
    }
    /// Runs in a child that kills itself when statement `step` begins.
    void killed_at(std::size_t step, const std::string& back_to) {
        const ::pid_t child = ::fork();
        if (child == 0) {
            UpgradeOptions options;
            options.target = back_to;
            options.progress = [&](const MigrationProgress& progress) {
                if (progress.what == MigrationProgress::What::statement &&
                    progress.revision == "0003_steps" && progress.step == step) {
                    ::kill(::getpid(), SIGKILL);
                }
            };
            try {
                Target own = target();
                back_to.empty() ? (void)own.migrations.upgrade(options)
                                : (void)own.migrations.downgrade(options);
            } catch (const Error&) {
                ::_exit(1);
            }
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "it was not killed";
    }
};

TEST_F(MigrationSteps, run_one_by_one_and_leave_no_journal) {
    UpgradeOptions two;
    two.target = "0002_extra";
    target().migrations.upgrade(two);
    const Structure before = structure();
    target().run("INSERT INTO notes (body) VALUES ('x')");
    EXPECT_THAT(target().upgrade().applied, ElementsAre("0003_steps"));
    EXPECT_EQ(target().count("notes WHERE body = 'seen'"), 1);
    EXPECT_EQ(target().count("enginebay_journal"), 0);
    EXPECT_THAT(undo("0002_extra"), ElementsAre("0003_steps"));
    EXPECT_EQ(structure(), before);
}

TEST_F(MigrationSteps, an_interrupted_run_goes_on_where_it_stopped) {
    target().upgrade();
    const Structure above = structure();
    undo("0002_extra");
    const Structure below = structure();
    for (std::size_t step = 2; step <= 4; ++step) {
        killed_at(step, {});
        EXPECT_THAT(refusal("0001_base").what(), HasSubstr("finish that first")) << step;
        EXPECT_THAT(target().upgrade().applied, ElementsAre("0003_steps")) << step;
        EXPECT_EQ(structure(), above);
        killed_at(step == 4 ? 3 : step, "0002_extra");
        EXPECT_THAT(error_of(Errc::input, [&] { return target().upgrade(); }).what(),
                    HasSubstr("half undone"));
        EXPECT_THAT(undo("0002_extra"), ElementsAre("0003_steps")) << step;
        EXPECT_EQ(structure(), below);
    }
}

// An index that was being built is left broken when the wait for a writer ends too early.
TEST_F(MigrationSteps, a_writer_in_the_way_is_waited_for_again_and_again) {
    UpgradeOptions two;
    two.target = "0002_extra";
    target().migrations.upgrade(two);
    target().run("INSERT INTO notes (body) VALUES ('x')");
    UpgradeOptions options;
    int waits = 0;
    const std::unique_ptr<Engine> engine = database_->engine();
    const std::unique_ptr<Connection> writer = engine->connect(Access::read_write);
    writer->begin(TransactionMode::write);
    writer->execute("UPDATE notes SET body = 'y'", {});
    options.progress = [&](const MigrationProgress& progress) {
        if (progress.what == MigrationProgress::What::waiting && ++waits == 4) {
            writer->commit();
        }
    };
    Target impatient{backend().impatient(database_->config()), folder_.load()};
    EXPECT_THAT(impatient.migrations.upgrade(options).applied, ElementsAre("0003_steps"));
    EXPECT_GE(waits, 4);
    const Structure before = structure();
    undo("0002_extra");
    target().upgrade();
    EXPECT_EQ(structure(), before) << "no index is marked as broken";
}

TEST_F(MigrationSteps, a_failed_step_is_mended_and_gone_on_from) {
    UpgradeOptions two;
    two.target = "0002_extra";
    target().migrations.upgrade(two);
    target().run("CREATE INDEX by_a ON notes (body)");  // in the way
    EXPECT_THAT(error_of(Errc::migration_failed, [&] { return target().upgrade(); }).what(),
                AllOf(HasSubstr("failed at statement 2 of"),
                      HasSubstr("Statements 1 to 1 of revision '0003_steps' are done and kept")));
    target().run("DROP INDEX by_a");
    EXPECT_THAT(target().upgrade().applied, ElementsAre("0003_steps"));
}

}  // namespace
}  // namespace enginebay::testing
