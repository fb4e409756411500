// SPDX-License-Identifier: BSL-1.0
// Every command with --json: one object with the keys that docs/json.md names, on success and on
// failure. Commands are taken from the program's own help and keys from the page, so neither can be
// forgotten.
#include "cli/cli_fixture.hpp"

#include <Poco/JSON/Array.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The keys of an object as the page writes them: `a` `b`? (`c` `d`).
struct Keys {
    struct Key {
        bool optional{false};
        std::shared_ptr<Keys> inner;
    };
    std::map<std::string, Key> keys;
};

Keys parse_keys(const std::string& text, std::size_t& at) {
    Keys result;
    Keys::Key* last = nullptr;
    for (; at < text.size() && text[at] != ')'; ++at) {
        if (text[at] == '`') {
            const std::size_t end = text.find('`', at + 1);
            last = &result.keys[text.substr(at + 1, end - at - 1)];
            at = end;
        } else if (text[at] == '?') {
            last->optional = true;
        } else if (text[at] == '(') {
            last->inner = std::make_shared<Keys>(parse_keys(text, ++at));
        }
    }
    return result;
}

void expect_keys(const Poco::JSON::Object& object, const Keys& documented,
                 const std::string& where) {
    for (const auto& [name, key] : documented.keys) {
        EXPECT_TRUE(key.optional || object.has(name)) << where << " has no " << name;
    }
    for (const std::string& name : object.getNames()) {
        const auto found = documented.keys.find(name);
        if (found == documented.keys.end()) {
            ADD_FAILURE() << where << "." << name << " is not on the page";
            continue;
        }
        if (!found->second.inner) {
            continue;
        }
        const std::string inside = where + "." + name;
        if (object.isObject(name)) {
            expect_keys(*object.getObject(name), *found->second.inner, inside);
            continue;
        }
        const Poco::JSON::Array::Ptr list = object.getArray(name);
        ASSERT_TRUE(list) << inside;
        for (unsigned i = 0; i < list->size(); ++i) {
            expect_keys(*list->getObject(i), *found->second.inner, inside);
        }
    }
}

/// The rows of the page: what stands for a command, and its keys.
std::map<std::string, Keys> documented() {
    std::istringstream page{read_file(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "docs/json.md")};
    std::map<std::string, Keys> rows;
    for (std::string line; std::getline(page, line);) {
        if (!line.starts_with("| `") && !line.starts_with("| any")) {
            continue;
        }
        const std::size_t bar = line.find(" | ");
        std::size_t at = bar;
        const Keys keys = parse_keys(line, at);
        std::size_t names = 0;
        const std::string commands = line.substr(0, bar);
        while ((names = commands.find('`', names)) != std::string::npos) {
            const std::size_t end = commands.find('`', names + 1);
            rows.emplace(commands.substr(names + 1, end - names - 1), keys);
            names = end + 1;
        }
        if (line.starts_with("| any")) {
            rows.emplace("", keys);
        }
    }
    return rows;
}

/// The commands under "Subcommands:" of a help text.
std::vector<std::string> commands_in(const std::string& help) {
    std::vector<std::string> commands;
    std::istringstream lines{help.substr(std::min(help.find("Subcommands:"), help.size()))};
    std::string line;
    std::getline(lines, line);
    while (std::getline(lines, line) && line.starts_with("  ")) {
        if (line[2] != ' ') {
            commands.push_back(line.substr(2, line.find(' ', 2) - 2));
        }
    }
    return commands;
}

class CliJsonTest : public CliDatabaseTest {
protected:
    void SetUp() override {
        CliDatabaseTest::SetUp();
        rows_ = documented();
        ASSERT_THAT(rows_, Not(IsEmpty()));
    }
    /// Runs a command in the way the row of the page names, with what it needs behind that.
    void expect(const std::string& row, const std::vector<std::string>& more = {}, int status = 0) {
        SCOPED_TRACE(row);
        std::vector<std::string> arguments{"--json"};
        std::istringstream words{row};
        for (std::string word; words >> word;) {
            arguments.push_back(word);
        }
        arguments.insert(arguments.end(), more.begin(), more.end());
        const RunResult result = bay(arguments);
        EXPECT_EQ(result.exit_status, status) << result.out << result.err;
        ASSERT_TRUE(rows_.contains(row)) << "not on the page";
        expect_keys(*json_of(result), rows_[row], row);
        seen_.insert(row);
    }
    void expect_failure(const std::vector<std::string>& arguments, int status) {
        const RunResult result = bay(arguments);
        EXPECT_EQ(result.exit_status, status) << result.out << result.err;
        const Poco::JSON::Object::Ptr object = json_of(result);
        expect_keys(*object, rows_[""], arguments[1]);
        EXPECT_EQ(object->getObject("error")->getValue<int>("exit_status"), status);
        EXPECT_THAT(result.err, IsEmpty());
    }
    /// Every command there is, those of `plugins` as two words.
    std::vector<std::vector<std::string>> all_commands() {
        std::vector<std::vector<std::string>> commands;
        for (const std::string& name : commands_in(enginebay({"--help"}).out)) {
            commands.push_back({name});
            for (const std::string& part : commands_in(enginebay({name, "--help"}).out)) {
                commands.push_back({name, part});
            }
        }
        return commands;
    }

    std::map<std::string, Keys> rows_;
    std::set<std::string> seen_;
};

TEST_F(CliJsonTest, every_command_gives_the_keys_of_the_page) {
    const std::string engine = Backend::current().name();
    write_file(folder / "migrations/schema.yaml",
               std::string{test_schema} + "  later:\n    columns: [{name: a, type: text}]\n");
    expect("config");
    expect("plugins");
    expect("plugins check", {engine});
    expect("upgrade --sql");
    expect("schema");
    expect("schema --sql", {engine});
    expect("schema --mermaid");
    expect("lint");
    expect("upgrade", {"0001"});
    expect("doctor");
    expect("lock");
    expect("status");
    expect("upgrade --plan");
    expect("check", {}, 1);
    expect("history");
    expect("schema --live");
    expect("revision", {"-m", "Later", "--autogenerate"});
    write_file(folder / "migrations/versions/0004_side.yaml",
               "revision: 0004_side\nparents: [0002_kind]\nmessage: m\nupgrade: []\n"
               "downgrade: []\n");
    expect("merge", {"-m", "Both"});
    expect("prove", {"--rows", "1"});
    expect("upgrade");
    expect("downgrade --plan", {"0003"});
    expect("downgrade", {"0003"});
    expect("stamp", {"0002", "--force", "--why", "a test"});
    write_file(folder / "migrations/versions/0004_side.yaml",
               "revision: 0004_side\nparents: [0002_kind]\nmessage: m\nupgrade: "
               "[{drop_column: {table: notes, column: kind}}]\nirreversible: gone\n");
    expect("lint", {}, 1);
    std::filesystem::remove(folder / "migrations/versions/0004_side.yaml");
    std::filesystem::remove(folder / "migrations/versions/0005_both.yaml");
    expect("squash", {"-m", "All", "0003"});

    for (const auto& [row, keys] : rows_) {
        EXPECT_TRUE(row.empty() || seen_.contains(row)) << row << " is on the page only";
    }
    for (const std::vector<std::string>& command : all_commands()) {
        const std::string row = command.front() + (command.size() > 1 ? " " + command[1] : "");
        EXPECT_TRUE(seen_.contains(row)) << "`" << row << "` is not looked at here";
    }
}

TEST_F(CliJsonTest, every_command_that_fails_says_so_in_json) {
    const std::map<std::string, std::vector<std::string>> needed{
        {"downgrade", {"base"}}, {"merge", {"-m", "x"}}, {"revision", {"-m", "x"}},
        {"squash", {"-m", "x"}}, {"stamp", {"head"}},    {"check", {}},
    };
    const auto commands = all_commands();
    ASSERT_THAT(commands, Not(IsEmpty()));
    for (const std::vector<std::string>& command : commands) {
        std::vector<std::string> arguments{"--json", command.front()};
        SCOPED_TRACE(command.front() + (command.size() > 1 ? " " + command[1] : ""));
        if (command.size() > 1) {
            arguments.insert(arguments.end(), {command[1], "x"});
        } else if (const auto more = needed.find(command.front()); more != needed.end()) {
            arguments.insert(arguments.end(), more->second.begin(), more->second.end());
        }
        std::vector<std::string> unconfigured = arguments;
        unconfigured.insert(unconfigured.end(), {"--config", "missing.yml"});
        if (command.front() == "doctor") {  // its answer
            const RunResult result = bay(unconfigured);
            EXPECT_EQ(result.exit_status, 78);
            EXPECT_FALSE(json_of(result)->getValue<bool>("ok"));
        } else {
            expect_failure(unconfigured, 78);
        }
        arguments.emplace_back("--no-such-option");
        expect_failure(arguments, 64);
    }
}

TEST_F(CliJsonTest, what_is_not_utf_8_or_has_control_characters_is_still_json) {
    write_file(folder / "migrations/versions/0003_x.yaml",
               "revision: 0003_x\nparents: [0002_kind]\nmessage: \"a\\tb \\x01 \\\" \\u2028\"\n"
               "upgrade: []\ndowngrade: []\n");
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    const RunResult history = bay({"--json", "history"});
    ASSERT_EQ(history.exit_status, 0) << history.out;
    EXPECT_EQ(
        json_of(history)->getArray("revisions")->getObject(2)->getValue<std::string>("message"),
        "a\tb \x01 \" \xe2\x80\xa8");
    for (const std::string& name : {std::string{"\xff\xfe.yml"}, std::string{"a\xc3.yml"}}) {
        const RunResult result = bay({"--json", "status", "--config", name});
        EXPECT_EQ(result.exit_status, 78);
        const auto message = json_of(result)->getObject("error")->getValue<std::string>("message");
        EXPECT_THAT(message, HasSubstr("\xef\xbf\xbd"));
        EXPECT_THAT(result.out, Not(HasSubstr("\xff")));
        EXPECT_THAT(result.out, Not(HasSubstr("\xc3.")));
    }
}

}  // namespace
}  // namespace enginebay::testing
