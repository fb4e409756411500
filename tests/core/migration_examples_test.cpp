// SPDX-License-Identifier: BSL-1.0
// Tests: the revisions that migrations/README.md shows run on a database.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

class MigrationExamples : public BackendTest {
protected:
    /// The text of each ```yaml block.
    static std::vector<std::string> examples() {
        const std::string page = read_file(folder() / "README.md");
        const std::string opening = "```yaml\n";
        std::vector<std::string> blocks;
        for (std::size_t at = 0; (at = page.find(opening, at)) != std::string::npos;) {
            at += opening.size();
            const std::size_t end = page.find("```", at);
            blocks.push_back(page.substr(at, end - at));
            at = end;
        }
        return blocks;
    }
    static std::filesystem::path folder() {
        return build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations";
    }
};

TEST_F(MigrationExamples, run_as_they_stand) {
    const std::vector<std::string> blocks = examples();
    ASSERT_EQ(blocks.size(), 3U);
    MigrationFolder written;
    written.schema(read_file(folder() / "schema.yaml"));
    written.file("0001_baseline.yaml", read_file(folder() / "versions/0001_baseline.yaml"));
    written.file("0002_session_visibility.yaml", blocks[0]);
    written.file("0003_operations.yaml",
                 "revision: 0003_operations\nparents: [0002_session_visibility]\nmessage: m\n"
                 "irreversible: an example\n" +
                     blocks[1]);
    const TestDatabase database = create_database();
    Target target{database, written.load()};
    UpgradeOptions options;
    options.target = "0002";
    (void)target.migrations.upgrade(options);
    // What the rows of the example refer to.
    target.run(
        "INSERT INTO sessions (session_id, computer_name) VALUES ('a', 'one'), ('b', 'two')");
    EXPECT_EQ(target.count("sessions WHERE visibility = 'private'"), 2);

    int calls = 0;
    options.target.clear();
    options.steps["fill_in_sorts"] = [&calls](Connection& connection) {
        Cursor& rows = connection.query("SELECT sort FROM notes WHERE session_id = 'a'", {});
        const ValueView* cells = rows.next();
        EXPECT_TRUE(cells != nullptr && cells[0].as_text() == "todo");
        rows.close();
        ++calls;
    };
    EXPECT_THAT(target.migrations.upgrade(options).applied,
                ::testing::ElementsAre("0003_operations"));
    EXPECT_EQ(calls, 1);
    EXPECT_EQ(target.count("sessions"), 2);
}

}  // namespace
}  // namespace enginebay::testing
