// SPDX-License-Identifier: BSL-1.0
// enginebay revision, merge, and what then runs on a real database.
#include "cli/cli_fixture.hpp"

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
    EXPECT_EQ(json_of(result)->getValue<int>("decide"), 2);
    EXPECT_THAT(versions("0003_stars_not_kinds.yaml"),
                HasSubstr("rename_column: {table: notes, from: body, to: text}"));

    EXPECT_EQ(bay({"check"}).exit_status, 1);
    result = bay({"upgrade"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(bay({"check"}).exit_status, 0) << bay({"check"}).out;
    EXPECT_THAT(bay({"revision", "-m", "x", "--autogenerate"}).out, HasSubstr("nothing to do"));
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

}  // namespace
}  // namespace enginebay::testing
