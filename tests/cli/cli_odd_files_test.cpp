// SPDX-License-Identifier: BSL-1.0
// Tests: what is no file in the place of one, and files as other systems and editors leave them.
#include "cli/cli_fixture.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

struct Odd {
    std::string what;
    std::function<void(const fs::path&)> make;
};

const std::vector<Odd> odd_things{
    {"a pipe where a file is expected",
     [](const fs::path& path) { ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0); }},
    {"a device where a file is expected",
     [](const fs::path& path) { fs::create_symlink("/dev/zero", path); }},
    {"a directory where a file is expected",
     [](const fs::path& path) { fs::create_directory(path); }},
    {"Too many levels of symbolic links",
     [](const fs::path& path) { fs::create_symlink(path.filename(), path); }},
    {"No such file or directory",
     [](const fs::path& path) { fs::create_symlink("nowhere", path); }},
};

using Command = std::vector<std::string>;

class CliOddFilesTest : public CliDatabaseTest {
protected:
    [[nodiscard]] fs::path version(const std::string& id) const {
        return folder / ("migrations/versions/" + id + ".yaml");
    }
    /// Refused, with the path and the reason; nothing was changed, and no file was made.
    void expect_refused(const Command& command, const fs::path& path, const std::string& reason) {
        SCOPED_TRACE(command.front());
        const RunResult result = bay(command);
        EXPECT_EQ(result.exit_status, 65) << result.out << result.err;
        EXPECT_THAT(result.err, HasSubstr(path.string() + ": "));
        EXPECT_THAT(result.err, HasSubstr(reason));
        EXPECT_EQ(files(), 3) << "two revisions and the odd one";
    }
    [[nodiscard]] std::ptrdiff_t files() const {
        return std::distance(fs::directory_iterator{folder / "migrations/versions"}, {});
    }
    [[nodiscard]] std::string current() const {
        return json_of(bay({"status", "--json"}))->getArray("current")->getElement<std::string>(0);
    }
};

TEST_F(CliOddFilesTest, what_is_no_file_is_refused_and_never_waited_for) {
    ASSERT_EQ(bay({"upgrade", "0001"}).exit_status, 0);
    const fs::path path = version("0003_odd");
    for (const Odd& odd : odd_things) {
        SCOPED_TRACE(odd.what);
        odd.make(path);
        for (const Command& command :
             {Command{"upgrade"}, Command{"lint"}, Command{"history", "--graph"},
              Command{"revision", "-m", "m"}, Command{"stamp", "0002"}}) {
            expect_refused(command, path, odd.what);
        }
        fs::remove(path);
    }
    EXPECT_EQ(current(), "0001_notes");
}

TEST_F(CliOddFilesTest, by_no_command) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    const fs::path path = version("0003_odd");
    odd_things.front().make(path);
    for (const Command& command :
         {Command{"upgrade", "--plan"}, Command{"upgrade", "--sql"}, Command{"merge", "-m", "m"},
          Command{"revision", "-m", "m", "--autogenerate"}, Command{"squash", "-m", "m", "0002"},
          Command{"downgrade", "base", "--yes"}, Command{"status"}, Command{"check"},
          Command{"schema"}}) {
        expect_refused(command, path, odd_things.front().what);
    }
    fs::remove(path);
    EXPECT_EQ(current(), "0002_kind");
}

TEST_F(CliOddFilesTest, the_declared_schema_neither) {
    const fs::path path = folder / "migrations/schema.yaml";
    for (const Odd& odd : odd_things) {
        SCOPED_TRACE(odd.what);
        fs::remove(path);
        odd.make(path);
        const RunResult result = bay({"schema"});
        EXPECT_EQ(result.exit_status, 65) << result.err;
        EXPECT_THAT(result.err, HasSubstr(path.string()));
    }
}

TEST_F(CliOddFilesTest, a_folder_of_revisions_that_is_none_is_not_an_empty_one) {
    const fs::path path = folder / "migrations/versions";
    fs::rename(path, folder / "elsewhere");
    fs::create_symlink("versions", path);
    RunResult result = bay({"upgrade"});
    EXPECT_EQ(result.exit_status, 65) << result.err;
    EXPECT_THAT(result.err, HasSubstr(path.string() + ": "));
    fs::remove(path);
    write_file(path, "");
    result = bay({"upgrade"});
    EXPECT_EQ(result.exit_status, 65) << result.err;
    EXPECT_THAT(result.err, HasSubstr("Not a directory"));
}

// What git and editors do to a file is no change of its meaning.
TEST_F(CliOddFilesTest, line_ends_marks_and_blanks_are_not_part_of_a_revision) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    const auto with_line_ends = [](const std::string& line_end) {
        std::string text;
        for (const char c : std::string{test_revision_1}) {
            text += c == '\n' ? line_end : std::string{c};
        }
        return text;
    };
    for (const std::string& text :
         {with_line_ends("\r\n"), "\xef\xbb\xbf" + std::string{test_revision_1},
          with_line_ends("   \n"), with_line_ends("\t\n"),
          std::string{test_revision_1} + "\n# the end\n\n"}) {
        SCOPED_TRACE(text);
        write_file(version("0001_notes"), text);
        const RunResult result = bay({"upgrade"});
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(result.out, "nothing to do: the database is at 0002_kind\n");
    }
}

TEST_F(CliOddFilesTest, a_statement_of_a_megabyte_runs_and_is_not_repeated_in_full) {
    const std::string body(900'000, 'x');
    const auto write = [&](const std::string& table) {
        write_file(version("0003_big"),
                   "revision: 0003_big\nparents: [0002_kind]\nmessage: Big\nupgrade:\n  - execute: "
                   "[\"INSERT INTO " +
                       table + " (body) VALUES ('" + body + "')\"]\nirreversible: a test\n");
    };
    write("nots");
    const RunResult failed = bay({"upgrade"});
    EXPECT_EQ(failed.exit_status, 76);
    EXPECT_THAT(failed.err.substr(0, 1000), HasSubstr("0003_big.yaml:5: "));
    EXPECT_THAT(failed.err, HasSubstr("... (9000"));
    EXPECT_LT(failed.err.size(), 10'000U);
    write("notes");
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0);
}

}  // namespace
}  // namespace enginebay::testing
