// SPDX-License-Identifier: BSL-1.0
// Tests: names that one backend would cut or take for another one are refused on each, with their
// place; those that are as long as can be survive everything that a revision does to them.
#include "cli/cli_fixture.hpp"
#include "support/decided.hpp"

#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;

const std::string long_name(64, 'n');
const std::string longest_name(63, 'n');

struct Named {
    std::string operation;
    std::string says;
};

std::vector<Named> refused() {
    const std::string too_long = "the name '" + long_name + "' has 64 bytes";
    return {
        {"rename_table: {from: notes, to: " + long_name + "}", too_long},
        {"rename_column: {table: notes, from: body, to: " + long_name + "}", too_long},
        {"add_column: {table: notes, column: {name: " + long_name + ", type: text}}",
         "0003_names.yaml:5:47: " + too_long},
        {"create_index: {table: notes, index: {name: " + long_name + ", columns: [body]}}",
         "0003_names.yaml:5:48: " + too_long},
        {"add_check: {table: notes, check: {name: " + long_name + ", expression: id > 0}}",
         too_long},
        {"add_unique: {table: notes, unique: {name: " + long_name + ", columns: [body]}}",
         too_long},
        {"rename_table: {from: notes, to: enginebay_notes}", "kept for the history"},
        {"create_table: {name: enginebay_new_notes, columns: [{name: id, type: identity}], "
         "primary_key: [id]}",
         "kept for the history"},
        {"add_column: {table: notes, column: {name: Body, type: text}}",
         "the column 'Body', which some backends take for 'body'"},
        {"create_table: {name: NOTES, columns: [{name: id, type: identity}], primary_key: [id]}",
         "some backends take the name 'NOTES' for 'notes'"},
    };
}

class CliNamesTest : public CliDatabaseTest {
protected:
    void write_third(const std::string& rest) const {
        write_file(folder / "migrations/versions/0003_names.yaml",
                   "revision: 0003_names\nparents: [0002_kind]\nmessage: Names\n" + rest);
    }
};

TEST_F(CliNamesTest, that_not_every_backend_keeps_are_refused_on_all) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    for (const Named& named : refused()) {
        SCOPED_TRACE(named.operation);
        write_third("upgrade:\n  - " + named.operation + "\nirreversible: a test\n");
        const RunResult result = bay({"upgrade"});
        EXPECT_EQ(result.exit_status, 65) << result.err;
        EXPECT_THAT(result.err, HasSubstr("0003_names.yaml:5:"));
        EXPECT_THAT(result.err, HasSubstr(named.says));
    }
}

TEST_F(CliNamesTest, a_rename_may_change_nothing_but_the_case) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    database->engine()
        ->connect(Access::read_write)
        ->execute("INSERT INTO notes (body) VALUES ('kept')", {});
    write_third(R"(upgrade:
  - rename_table: {from: notes, to: Notes}
  - rename_column: {table: Notes, from: body, to: Body}
downgrade:
  - rename_column: {table: Notes, from: Body, to: body}
  - rename_table: {from: Notes, to: notes}
)");
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{"upgrade"}, {"downgrade", "-1", "--yes"}}) {
        const RunResult result = bay(command);
        EXPECT_EQ(result.exit_status, 0) << result.err;
    }
    const RunResult check = bay({"check"});
    EXPECT_EQ(check.exit_status, 0) << check.out;
    const auto engine = database->engine();
    const auto connection = engine->connect(Access::read_only);
    Cursor& rows = connection->query("SELECT body FROM notes", {});
    EXPECT_EQ(rows.next()[0].as_text(), "kept");
    rows.close();
}

// The names that are made up on the way (of copies) are longer.
TEST_F(CliNamesTest, as_long_as_can_be_survive_every_change) {
    std::filesystem::remove_all(folder / "migrations/versions");
    const std::string table =
        "tables:\n  " + longest_name +
        ":\n    columns: [{name: id, type: integer, nullable: false}, {name: " + longest_name +
        ", type: text, nullable: false";
    const std::vector<std::string> changes{
        "}]\n    primary_key: [id]\n",
        ", default: x}]\n    primary_key: [id]\n    unique: [[" + longest_name + "]]\n",
        "}]\n    primary_key: [" + longest_name + "]\n",
    };
    for (const std::string& change : changes) {
        SCOPED_TRACE(change);
        write_file(folder / "migrations/schema.yaml", table + change);
        RunResult result = bay({"revision", "-m", "change", "--autogenerate", "--json"});
        ASSERT_EQ(result.exit_status, 0) << result.err;
        (void)take_decisions_away(folder / json_of(result)->getValue<std::string>("file"));
        result = bay({"upgrade"});
        ASSERT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(bay({"check"}).exit_status, 0);
    }
    const RunResult back = bay({"downgrade", "base", "--yes"});
    EXPECT_EQ(back.exit_status, 0) << back.err;
}

}  // namespace
}  // namespace enginebay::testing
