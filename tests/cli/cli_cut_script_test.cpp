// SPDX-License-Identifier: BSL-1.0
// Tests: a script of `upgrade --sql` that the shell did not come to the end of: the next upgrade
// goes on from there, whatever was the last statement.
#include "cli/cli_fixture.hpp"

#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

class CliCutScriptTest : public CliDatabaseTest {
protected:
    void SetUp() override {
        CliDatabaseTest::SetUp();
        write_file(folder / "migrations/schema.yaml",
                   std::string{test_schema} +
                       "    checks: [{name: has_body, expression: body <> ''}]\n"
                       "    indexes: [{name: by_body, columns: [body]}]\n");
        write_file(folder / "migrations/versions/0003_steps.yaml", R"(revision: 0003_steps
parents: [0002_kind]
message: In steps
transactional: false
upgrade:
  - insert_rows: {table: notes, rows: [{body: once}]}
  - create_index: {table: notes, index: {name: by_body, columns: [body]}, concurrently: true}
  - add_check: {table: notes, check: {name: has_body, expression: body <> ''}}
  - insert_rows: {table: notes, rows: [{body: twice}, {body: twice}]}
irreversible: a test
)");
    }
    /// The lines of the script from `revision` on.
    [[nodiscard]] std::vector<std::string> script(const std::vector<std::string>& from) const {
        std::vector<std::string> command{"upgrade", "--sql", "--json"};
        command.insert(command.end(), from.begin(), from.end());
        const auto list = json_of(bay(command))->getArray("statements");
        std::vector<std::string> lines;
        for (unsigned i = 0; i < list->size(); ++i) {
            lines.push_back(list->getElement<std::string>(i));
        }
        return lines;
    }
    void run_first(const std::vector<std::string>& lines, std::size_t count) const {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            text += lines[i] + "\n";
        }
        write_file(folder / "script.sql", text);
        (void)Backend::current().run_script(database->config(), folder / "script.sql");
    }
    [[nodiscard]] std::int64_t count(const std::string& from) const {
        const auto engine = database->engine();
        const auto connection = engine->connect(Access::read_only);
        Cursor& cursor = connection->query("SELECT count(*) FROM " + from, {});
        const std::int64_t result = cursor.next()[0].as_integer();
        cursor.close();
        return result;
    }
    void expect_that_the_upgrade_goes_on() const {
        const RunResult result = bay({"upgrade"});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(count("enginebay_revision"), 3);
        EXPECT_EQ(count("notes WHERE body = 'once'"), 1);
        EXPECT_EQ(count("notes WHERE body = 'twice'"), 2);
        const RunResult check = bay({"check"});
        EXPECT_EQ(check.exit_status, 0) << check.out << check.err;
    }
};

TEST_F(CliCutScriptTest, behind_any_statement_of_a_revision_in_steps) {
    const std::vector<std::string> lines = script({"--from", "0002"});
    ASSERT_GT(lines.size(), 10U);
    for (std::size_t n = 0; n <= lines.size(); ++n) {
        SCOPED_TRACE("the last line was " + (n == 0 ? "none" : lines[n - 1]));
        database.emplace(Backend::current().create_database());
        configure(database->config());
        ASSERT_EQ(bay({"upgrade", "0002"}).exit_status, 0);
        run_first(lines, n);
        expect_that_the_upgrade_goes_on();
    }
}

TEST_F(CliCutScriptTest, behind_some_of_a_whole_history) {
    const std::vector<std::string> lines = script({});
    for (std::size_t n = 3; n <= lines.size(); n += 3) {
        SCOPED_TRACE("the last line was " + lines[n - 1]);
        database.emplace(Backend::current().create_database());
        configure(database->config());
        run_first(lines, n);
        expect_that_the_upgrade_goes_on();
    }
}

}  // namespace
}  // namespace enginebay::testing
