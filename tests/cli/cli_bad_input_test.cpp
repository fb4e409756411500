// SPDX-License-Identifier: BSL-1.0
// Tests: whatever stands in a revision file, the answer is a place in it, 65, and a database as it
// was.
#include "cli/cli_fixture.hpp"

#include <enginebay/migrator.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

struct Input {
    const char* what;
    std::string text;
    const char* place;  ///< file:line:column
    const char* says;
    const char* file{"0003_bad.yaml"};
};

const std::string start = "revision: 0003_bad\nparents: [0002_kind]\nmessage: Bad\n";
const std::string only_way = "irreversible: a test\n";

std::string bomb() {
    std::string text = start + only_way + "upgrade:\n  - execute: &a [x, x, x, x, x, x, x, x]\n";
    std::string before = "a";
    for (const char* name : {"b", "c", "d", "e", "f", "g", "h"}) {
        text += "  - execute: &" + std::string{name} + " [";
        for (int i = 0; i < 8; ++i) {
            text += (i == 0 ? "*" : ", *") + before;
        }
        text += "]\n";
        before = name;
    }
    return text;
}

std::vector<Input> inputs() {
    const std::string head = start + only_way;
    return {
        {"syntax", head + "upgrade: [\n", "0003_bad.yaml:6:1", ""},
        {"a quote that is not closed", head + "upgrade: [\"x]\n", "0003_bad.yaml:5:11", "quote"},
        {"a tab", head + "upgrade:\n\t- call: x\n", "0003_bad.yaml:6:2", ""},
        {"unknown key", head + "upgrad: []\n", "0003_bad.yaml:5:1", "did you mean 'upgrade'"},
        {"unknown operation", head + "upgrade:\n  - add_colum: {}\n", "0003_bad.yaml:6:5",
         "did you mean 'add_column'"},
        {"a list where a text belongs", head + "upgrade:\n  - drop_table: {table: [a]}\n",
         "0003_bad.yaml:6:25", ""},
        {"a text where a number belongs",
         head +
             "upgrade:\n  - add_column: {table: notes, column: {name: a, type: integer, default: "
             "x}}\n",
         "0003_bad.yaml:6:74", "whole number"},
        {"missing parent",
         "revision: 0003_bad\nparents: [0002_kin]\nmessage: Bad\n" + only_way + "upgrade: []\n",
         "0003_bad.yaml:2:11", "did you mean '0002_kind'"},
        {"a revision that follows itself",
         "revision: 0003_bad\nparents:\n  - 0002_kind\n  - 0003_bad\nmessage: Bad\nupgrade: []\n",
         "0003_bad.yaml:4:5", "ring: 0003_bad -> 0003_bad"},
        {"two files with one id",
         "revision: 0002_kind\nparents: [0002_kind]\nmessage: Bad\nupgrade: []\n",
         "0003_bad.yaml:1:11", "must agree"},
        {"empty", "", "0003_bad.yaml:1:1", "empty"},
        {"only a comment", "# nothing\n", "0003_bad.yaml:1:1", "empty"},
        {"not UTF-8", head + "upgrade:\n  - call: \xff\n", "0003_bad.yaml:6:11", "UTF-8"},
        {"a NUL byte", head + std::string{"upgrade: \0\n", 11}, "0003_bad.yaml:5:10", "NUL"},
        {"10 MB", head + "upgrade: []\n" + std::string(10'000'000, '#'), "0003_bad.yaml:1:1",
         "larger than 1 MiB"},
        {"alias bomb", bomb(), "0003_bad.yaml:6:14", "anchors"},
        {"deep", head + "upgrade: " + std::string(2'000, '[') + std::string(2'000, ']'),
         "0003_bad.yaml:5:", "too deeply"},
        {"a second document", start + only_way + "upgrade: []\n---\n", "0003_bad.yaml:6:1",
         "second document"},
        {"a key twice", head + "upgrade: []\nmessage: again\n", "0003_bad.yaml:6:1", "second time"},
    };
}

class CliBadInputTest : public CliDatabaseTest {
protected:
    [[nodiscard]] Structure structure() const {
        const std::unique_ptr<Engine> engine = database->engine();
        const auto connection = engine->connect(Access::read_only);
        return engine->migrator()->inspect(*connection, {});
    }
    [[nodiscard]] std::string rows() const {
        const std::unique_ptr<Engine> engine = database->engine();
        const auto connection = engine->connect(Access::read_only);
        std::string text;
        for (const char* sql : {"SELECT revision FROM enginebay_revision ORDER BY 1",
                                "SELECT body FROM notes ORDER BY 1"}) {
            Cursor& cursor = connection->query(sql, {});
            while (const ValueView* cells = cursor.next()) {
                text += std::string{cells[0].as_text()} + "\n";
            }
            cursor.close();
        }
        return text;
    }
};

TEST_F(CliBadInputTest, is_refused_with_its_place_and_changes_nothing) {
    ASSERT_EQ(bay({"upgrade", "0001"}).exit_status, 0);
    database->engine()
        ->connect(Access::read_write)
        ->execute("INSERT INTO notes (body) VALUES ('a')", {});
    const Structure before = structure();
    ASSERT_EQ(rows(), "0001_notes\na\n");
    for (const Input& input : inputs()) {
        SCOPED_TRACE(input.what);
        write_file(folder / "migrations/versions" / input.file, input.text);
        const RunResult result = bay({"upgrade"});
        EXPECT_EQ(result.exit_status, 65) << result.err.substr(0, 500);
        EXPECT_THAT(result.err.substr(0, 500), HasSubstr(input.place));
        EXPECT_THAT(result.err.substr(0, 500), ContainsRegex("\\.yaml:[0-9]+:[0-9]+: "));
        EXPECT_THAT(result.err.substr(0, 500), HasSubstr(input.says));
        const RunResult json = bay({"upgrade", "--json"});
        EXPECT_EQ(json.exit_status, 65);
        EXPECT_THAT(error_of(json)->getValue<std::string>("where"), HasSubstr("0003_bad.yaml:"));
        EXPECT_EQ(structure(), before);
        EXPECT_EQ(rows(), "0001_notes\na\n");
    }
    std::filesystem::remove(folder / "migrations/versions/0003_bad.yaml");
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0) << "the rest is as good as before";
}

}  // namespace
}  // namespace enginebay::testing
