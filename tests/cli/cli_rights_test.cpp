// SPDX-License-Identifier: BSL-1.0
// Tests: files and folders of the migrations that may not be read or written: 77, the path, and
// everything as it was.
#include "cli/cli_fixture.hpp"

#include <filesystem>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class CliRightsTest : public CliDatabaseTest {
protected:
    void SetUp() override {
        CliDatabaseTest::SetUp();
        respect_rights();
    }
    void TearDown() override {
        for (const char* name : {"migrations", "migrations/versions", "migrations/legacy"}) {
            if (fs::exists(folder / name)) {
                fs::permissions(folder / name, fs::perms::owner_all);
            }
        }
    }
    void forbid(const std::string& name, fs::perms left = fs::perms::none) const {
        fs::permissions(folder / name, left);
    }
    void expect_refused(const std::vector<std::string>& command, const std::string& name) const {
        SCOPED_TRACE(command.front() + " " + name);
        const RunResult result = bay(command);
        EXPECT_EQ(result.exit_status, 77) << result.out << result.err;
        EXPECT_THAT(result.err, HasSubstr((folder / name).string()));
        EXPECT_THAT(result.err, HasSubstr("Permission denied"));
        EXPECT_EQ(result.out, "");
    }
    static constexpr fs::perms only_read = fs::perms::owner_read | fs::perms::owner_exec;
};

TEST_F(CliRightsTest, what_may_not_be_read_is_not_taken_for_absent) {
    forbid("migrations/schema.yaml");
    expect_refused({"schema"}, "migrations/schema.yaml");
    expect_refused({"revision", "-m", "m", "--autogenerate"}, "migrations/schema.yaml");
    fs::permissions(folder / "migrations/schema.yaml", fs::perms::owner_all);

    forbid("migrations/versions/0002_kind.yaml");
    expect_refused({"upgrade"}, "migrations/versions/0002_kind.yaml");
    forbid("migrations/versions");
    expect_refused({"upgrade"}, "migrations/versions");
    expect_refused({"history"}, "migrations/versions");
    forbid("migrations");
    expect_refused({"upgrade"}, "migrations");
}

TEST_F(CliRightsTest, no_file_is_written_where_none_may_be) {
    forbid("migrations/versions", only_read);
    expect_refused({"revision", "-m", "m"}, "migrations/versions");
    expect_refused({"squash", "-m", "m", "0002"}, "migrations/versions");
    EXPECT_FALSE(fs::exists(folder / "migrations/legacy")) << "made for nothing";
    write_file(folder / "migrations/versions/0002_b.yaml",
               "revision: 0002_b\nparents: [0001_notes]\nmessage: B\nupgrade: []\n");
    expect_refused({"merge", "-m", "m"}, "migrations/versions");
}

TEST_F(CliRightsTest, a_squash_that_cannot_move_files_writes_none) {
    forbid("migrations", only_read);
    expect_refused({"squash", "-m", "m", "0002"}, "migrations/legacy");
    fs::permissions(folder / "migrations", fs::perms::owner_all);
    fs::create_directory(folder / "migrations/legacy");
    forbid("migrations/legacy", only_read);
    expect_refused({"squash", "-m", "m", "0002"}, "migrations/legacy");
    prefix.clear();  // a server may be out of reach without rights
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0) << "the folder is as good as before";
}

TEST_F(CliRightsTest, a_database_in_a_folder_that_may_only_be_read) {
    if (Backend::current().location() != Location::file) {
        return;  // the folder is the server's
    }
    ASSERT_EQ(bay({"upgrade", "0001"}).exit_status, 0);
    const fs::path home = fs::path{database->config().path}.parent_path();
    fs::permissions(home, only_read);
    const RunResult result = bay({"upgrade"});
    const RunResult status = bay({"status"});
    fs::permissions(home, fs::perms::owner_all);
    EXPECT_EQ(result.exit_status, 77) << result.err;
    EXPECT_THAT(result.err, HasSubstr("check who may write there"));
    EXPECT_EQ(status.exit_status, 0) << status.err;
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0);
}

}  // namespace
}  // namespace enginebay::testing
