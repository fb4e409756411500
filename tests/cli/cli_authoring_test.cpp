// SPDX-License-Identifier: BSL-1.0
// enginebay revision, merge, and what then runs on a real database.
#include "cli/cli_fixture.hpp"
#include "support/decided.hpp"

#include <filesystem>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;

class CliAuthoringTest : public CliDatabaseTest {
protected:
    void declare(const std::string& columns) const {
        write_file(folder / "migrations/schema.yaml",
                   "tables:\n  notes:\n    columns:\n" + columns + "    primary_key: [id]\n");
    }
    [[nodiscard]] std::string versions(const std::string& file) const {
        return read_file(folder / ("migrations/versions/" + file));
    }
};

TEST_F(CliAuthoringTest, what_is_generated_runs_and_then_nothing_is_left_to_do) {
    RunResult result = bay({"revision", "-m", "Nothing", "--autogenerate"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("nothing to do"));
    EXPECT_FALSE(std::filesystem::exists(folder / "migrations/versions/0003_nothing.yaml"));

    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    declare(
        "      - {name: id, type: identity}\n"
        "      - {name: text, type: text, nullable: false, renamed_from: body}\n"
        "      - {name: stars, type: integer, nullable: false, default: 3}\n");
    result = bay({"revision", "-m", "Stars, not kinds", "--autogenerate", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(json_of(result)->getValue<std::string>("revision"), "0003_stars_not_kinds");
    EXPECT_EQ(json_of(result)->getValue<int>("operations"), 3);
    EXPECT_EQ(json_of(result)->getValue<int>("decide"), 1);
    EXPECT_THAT(versions("0003_stars_not_kinds.yaml"),
                HasSubstr("rename_column: {table: notes, from: body, to: text}"));

    EXPECT_EQ(bay({"check"}).exit_status, 1);
    EXPECT_EQ(take_decisions_away(folder / "migrations/versions/0003_stars_not_kinds.yaml"), 1U);
    result = bay({"upgrade"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(bay({"check"}).exit_status, 0) << bay({"check"}).out;
    EXPECT_THAT(bay({"revision", "-m", "x", "--autogenerate"}).out, HasSubstr("nothing to do"));
}

TEST_F(CliAuthoringTest, the_first_revision_is_written_like_any_other) {
    std::filesystem::remove_all(folder / "migrations/versions");
    const RunResult result = bay({"upgrade"});
    EXPECT_EQ(result.exit_status, 65);
    EXPECT_THAT(result.err, HasSubstr("there are no revisions yet; write the first"));
    ASSERT_EQ(bay({"revision", "-m", "All", "--autogenerate"}).exit_status, 0);
    EXPECT_THAT(versions("0001_all.yaml"), HasSubstr("parents: []"));
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    EXPECT_EQ(bay({"check"}).exit_status, 0);
}

TEST_F(CliAuthoringTest, an_empty_revision_is_for_a_person_to_fill) {
    const RunResult result = bay({"revision", "-m", "By hand"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("migrations/versions/0003_by_hand.yaml"));
    EXPECT_EQ(versions("0003_by_hand.yaml"),
              "revision: 0003_by_hand\nparents: [0002_kind]\nmessage: By hand\nupgrade: []\n"
              "downgrade: []\n");
    EXPECT_EQ(bay({"revision"}).exit_status, 64) << "no message";
    EXPECT_EQ(bay({"revision", "-m", " "}).exit_status, 64);
}

TEST_F(CliAuthoringTest, heads_are_named_and_joined) {
    write_file(folder / "migrations/versions/0003_a.yaml",
               "revision: 0003_a\nparents: [0002_kind]\nmessage: A\nupgrade: []\n");
    write_file(folder / "migrations/versions/0003_b.yaml",
               "revision: 0003_b\nparents: [0002_kind]\nmessage: B\nupgrade: []\n");
    RunResult result = bay({"upgrade"});
    EXPECT_EQ(result.exit_status, 65);
    EXPECT_THAT(result.err, HasSubstr("'0003_a', '0003_b'"));
    EXPECT_THAT(result.err, HasSubstr("enginebay merge"));
    result = bay({"merge", "-m", "Both"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(versions("0004_both.yaml"), HasSubstr("parents: [0003_a, 0003_b]"));
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0);
    EXPECT_EQ(bay({"merge", "-m", "Again"}).exit_status, 64);
}

TEST_F(CliAuthoringTest, a_script_for_the_shell_ends_where_an_upgrade_does) {
    write_file(
        folder / "migrations/versions/0003_more.yaml",
        "revision: 0003_more\nparents: [0002_kind]\nmessage: It's \"more\"; and a line\n"
        "upgrade:\n"
        "  - create_index: {table: notes, index: {name: i, columns: [{name: kind, "
        "descending: true}], where: kind <> 'a;b'}}\n"
        "  - create_search_index: {table: notes, index: {name: f, columns: [body], key: id}}\n"
        "  - insert_rows: {table: notes, rows: [{body: 'it''s; -- ?"
        "?'}]}\n"
        "  - alter_column: {table: notes, column: {name: kind, type: text, nullable: false, "
        "default: plain}}\n"
        "irreversible: a test\n");
    declare(
        "      - {name: id, type: identity}\n"
        "      - {name: body, type: text, nullable: false}\n"
        "      - {name: kind, type: text, nullable: false, default: plain}\n");
    write_file(folder / "migrations/schema.yaml",
               read_file(folder / "migrations/schema.yaml") +
                   "    indexes: [{name: i, columns: [{name: kind, descending: true}], where: kind "
                   "<> 'a;b'}]\n"
                   "    search_indexes: [{name: f, columns: [body], key: id}]\n");
    const auto apply = [this](const std::vector<std::string>& command) {
        const RunResult script = bay(command);
        ASSERT_EQ(script.exit_status, 0) << script.err;
        write_file(folder / "script.sql", script.out);
        const RunResult shell =
            Backend::current().run_script(database->config(), folder / "script.sql");
        ASSERT_EQ(shell.exit_status, 0) << shell.err << shell.out << script.out;
        EXPECT_EQ(shell.err, "") << script.out;
    };
    // The first half into nothing: the shell makes the database.
    apply({"upgrade", "--sql", "0001"});
    EXPECT_THAT(bay({"status"}).out, HasSubstr("current   0001_notes"));
    apply({"upgrade", "--sql", "--from", "0001", "head"});
    EXPECT_THAT(bay({"status"}).out, HasSubstr("none: the database is up to date"));
    EXPECT_EQ(bay({"check"}).exit_status, 0) << bay({"check"}).out;
    EXPECT_EQ(bay({"upgrade"}).out, "nothing to do: the database is at 0003_more\n");
    const auto connection = database->engine()->connect(Access::read_only);
    Cursor& rows = connection->query("SELECT body FROM notes", {});
    EXPECT_EQ(rows.next()[0].as_text(),
              "it's; -- ?"
              "?");
    rows.close();
    EXPECT_EQ(bay({"upgrade", "--sql", "--from", "0009"}).exit_status, 65);
}

TEST_F(CliAuthoringTest, a_plan_tells_sql_locks_copies_and_losses) {
    ASSERT_EQ(bay({"upgrade", "0001"}).exit_status, 0);
    write_file(folder / "migrations/versions/0003_loss.yaml",
               "revision: 0003_loss\nparents: [0002_kind]\nmessage: Loss\nupgrade:\n"
               "  - drop_column: {table: notes, column: kind}\n"
               "  - alter_column: {table: notes, column: {name: body, type: json}}\n"
               "irreversible: gone is gone\n");
    const RunResult result = bay({"upgrade", "--plan"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    for (const char* text :
         {"0002_kind  Notes have a kind", "0003_loss  Loss", "ALTER TABLE", "0003_loss.yaml:5",
          "loses:  the values of notes.kind", "copies: notes", "needs:  about ",
          "locks:", "irreversible: gone is gone"}) {
        EXPECT_THAT(result.out, HasSubstr(text));
    }
    const auto pending = json_of(bay({"upgrade", "--plan", "--json"}))->getArray("pending");
    ASSERT_EQ(pending->size(), 2U);
    const auto operations = pending->getObject(1)->getArray("operations");
    EXPECT_EQ(operations->getObject(0)->getValue<std::string>("loss"), "the values of notes.kind");
    EXPECT_GT(operations->getObject(0)->getArray("statements")->size(), 0U);
    EXPECT_GT(operations->getObject(1)->getValue<int>("disk_bytes"), 0);
    const auto next = json_of(bay({"upgrade", "+1", "--plan", "--json"}))->getArray("pending");
    ASSERT_EQ(next->size(), 1U);
    EXPECT_EQ(next->getObject(0)->getValue<std::string>("revision"), "0002_kind");
}

TEST_F(CliAuthoringTest, lint_knows_a_temporary_table) {
    write_file(folder / "migrations/versions/0003_temporary.yaml",
               R"(revision: 0003_temporary
parents: [0002_kind]
message: By way of a temporary table
upgrade:
  - execute:
      - CREATE TEMP TABLE passing (a TEXT)
      - CREATE TEMPORARY TABLE IF NOT EXISTS "other" AS SELECT body FROM notes
      - UPDATE passing SET a = 'x'
      - DELETE FROM "other"
      - DROP TABLE IF EXISTS passing
      - DROP TABLE "other"
  - execute:
      - UPDATE notes SET kind = 'x'
downgrade: []
)");
    const RunResult result = bay({"lint", "--json"});
    EXPECT_EQ(result.exit_status, 1);
    const auto findings = json_of(result)->getArray("findings");
    ASSERT_EQ(findings->size(), 1U) << result.out;
    EXPECT_EQ(findings->getObject(0)->getValue<std::string>("rule"), "all_rows");
}

TEST_F(CliAuthoringTest, lint_finds_nothing_in_the_product_s_own_history) {
    const auto own = build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations";
    const RunResult result = bay({"--set", "migrations.path=" + own.string(), "lint"});
    EXPECT_EQ(result.exit_status, 0) << result.out << result.err;
}

TEST_F(CliAuthoringTest, lint_finds_what_hurts_and_believes_a_reason) {
    EXPECT_EQ(bay({"lint"}).exit_status, 0) << bay({"lint"}).out;
    const std::string file = "migrations/versions/0003_bad.yaml";
    const std::string bad =
        "revision: 0003_bad\nparents: [0002_kind]\nmessage: Bad\nupgrade:\n"
        "  - update_rows: {table: notes, set: {kind: a}, where: {}}\n"
        "  # DECIDE: whether it goes\n"
        "  - drop_column: {table: notes, column: kind}\n"
        "  - rename_column: {table: notes, from: body, to: text}\n"
        "  - add_check: {table: notes, check: text <> ''}\n"
        "  - alter_column: {table: notes, column: {name: text, type: json}}\n"
        "  - add_column: {table: notes, column: {name: n, type: integer, nullable: false}}\n"
        "  - execute: [DELETE FROM notes, CREATE VIEW v AS SELECT 1]\n"
        "  - create_table: {name: fresh, columns: [{name: a, type: text}]}\n"
        "  - add_check: {table: fresh, check: a <> ''}\n"
        "  - drop_table: {table: fresh}\n"
        "  - drop_table: {table: notes}\n"
        "irreversible: a test\n";
    write_file(folder / file, bad);
    const RunResult result = bay({"lint"});
    EXPECT_EQ(result.exit_status, 1) << result.err;
    for (const char* text :
         {"0003_bad.yaml:5: all_rows", "0003_bad.yaml:6: undecided: whether it goes",
          "0003_bad.yaml:7: drop_column", "0003_bad.yaml:8: rename",
          "0003_bad.yaml:9: constraint_on_rows", "0003_bad.yaml:10: change_type",
          "0003_bad.yaml:10: rewrites_table", "0003_bad.yaml:11: not_null",
          "0003_bad.yaml:12: all_rows", "0003_bad.yaml:12: unknown_structure",
          "0003_bad.yaml:16: drop_table", "safe: "}) {
        EXPECT_THAT(result.out, HasSubstr(text));
    }
    EXPECT_THAT(result.out, ::testing::Not(HasSubstr("fresh"))) << "nobody uses it yet";
    const bool online = database->engine()->capabilities().has(Capability::online_index);
    EXPECT_EQ(result.out.find("0003_bad.yaml:9: scan_blocks_writers") != std::string::npos, online);
    const auto findings = json_of(bay({"lint", "--json"}))->getArray("findings");
    EXPECT_GE(findings->size(), 11U);
    EXPECT_EQ(bay({"lint", "0001_notes"}).exit_status, 0) << "only what is named";

    write_file(folder / file,
               bad +
                   "allow:\n  all_rows: small\n  undecided: later\n  drop_column: unused\n"
                   "  rename: nobody reads it\n  constraint_on_rows: looked\n"
                   "  scan_blocks_writers: small\n  change_type: all are numbers\n  "
                   "rewrites_table: small\n"
                   "  not_null: empty\n  unknown_structure: a view\n  drop_table: old\n");
    EXPECT_EQ(bay({"lint"}).exit_status, 0) << bay({"lint"}).out;
    write_file(folder / file, bad + "allow: {drop_colum: x}\n");
    EXPECT_THAT(bay({"lint"}).err, HasSubstr("did you mean 'drop_column'"));
    write_file(folder / file, bad + "allow: {drop_column: ''}\n");
    EXPECT_THAT(bay({"lint"}).err, HasSubstr("must say why"));
}

TEST_F(CliAuthoringTest, lint_is_content_with_a_check_that_is_made_in_steps) {
    const auto makes_wait = [this](const std::string& check, const std::string& transactional) {
        write_file(folder / "migrations/versions/0003_check.yaml",
                   "revision: 0003_check\nparents: [0002_kind]\nmessage: Check\n" + transactional +
                       "upgrade:\n  - add_check: {table: notes, check: " + check +
                       "}\nirreversible: a test\n");
        const RunResult result = bay({"lint"});
        EXPECT_EQ(result.exit_status, 1) << result.err;
        return result.out.find("scan_blocks_writers") != std::string::npos;
    };
    const std::string named = "{name: some, expression: body <> ''}";
    const bool online = database->engine()->capabilities().has(Capability::online_index);
    EXPECT_EQ(makes_wait(named, ""), online);
    EXPECT_EQ(makes_wait("body <> ''", "transactional: false\n"), online)
        << "without a name it cannot be checked apart";
    EXPECT_FALSE(makes_wait(named, "transactional: false\n"));
}

TEST_F(CliAuthoringTest, a_stamp_believes_the_structure_or_a_reason) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    RunResult result = bay({"stamp", "0001"});
    EXPECT_EQ(result.exit_status, 65);
    EXPECT_THAT(result.err, HasSubstr("column notes.kind: not expected"));
    EXPECT_EQ(bay({"stamp", "0001", "--force"}).exit_status, 64) << "no reason";
    result = bay({"stamp", "0001", "--force", "--why", "a test", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(json_of(result)->getArray("removed")->getElement<std::string>(0), "0002_kind");
    EXPECT_THAT(bay({"status"}).out, HasSubstr("pending   0002_kind"));
    result = bay({"stamp", "head"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "stamped 0002_kind\nthe database is at 0002_kind\n");
    EXPECT_EQ(bay({"check"}).exit_status, 0);

    std::string text{test_revision_2};
    text.replace(text.find("default: plain"), 14, "default: other");
    write_file(folder / "migrations/versions/0002_kind.yaml", text);
    EXPECT_EQ(bay({"upgrade"}).exit_status, 65) << "an edited applied file";
    EXPECT_EQ(bay({"stamp", "head"}).exit_status, 65);
    result = bay({"stamp", "head", "--force", "--why", "only the default was wrong"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("accepted as it is now 0002_kind"));
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0);
    EXPECT_THAT(bay({"history", "--json"}).out, HasSubstr("because: only the default was wrong"));
}

TEST_F(CliAuthoringTest, squash_moves_files_and_changes_no_database) {
    ASSERT_EQ(bay({"upgrade", "0001"}).exit_status, 0);
    const RunResult result = bay({"squash", "-m", "Both", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(json_of(result)->getValue<std::string>("revision"), "0003_both");
    EXPECT_EQ(json_of(result)->getArray("replaces")->size(), 2U);
    EXPECT_TRUE(std::filesystem::exists(folder / "migrations/legacy/0001_notes.yaml"));
    EXPECT_FALSE(std::filesystem::exists(folder / "migrations/versions/0001_notes.yaml"));
    EXPECT_EQ(bay({"upgrade"}).out, "applied 0002_kind\nthe database is at 0003_both\n");
    EXPECT_EQ(bay({"check"}).exit_status, 0);
    EXPECT_EQ(bay({"squash", "-m", "Again"}).exit_status, 64) << "one is no range";
}

}  // namespace
}  // namespace enginebay::testing
