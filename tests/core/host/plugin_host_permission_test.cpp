// SPDX-License-Identifier: BSL-1.0
// Who else may write a plugin, its folder, or a folder above.
#include "plugin_host_fixture.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

namespace enginebay::testing {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr uid_t nobody = 65534;

void set_mode(const fs::path& path, mode_t mode) { ASSERT_EQ(::chmod(path.c_str(), mode), 0); }

/// What `question` answers when an ordinary user asks it. The child ends without destructors, so
/// that it removes nothing of its parent's.
std::string asked_by_ordinary_user(const std::function<std::string()>& question) {
    if (::geteuid() != 0) {
        return question();
    }
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        std::string answer = "could not become an ordinary user";
        if (::setresgid(nobody, nobody, nobody) == 0 && ::setresuid(nobody, nobody, nobody) == 0) {
            answer = question();
        }
        const ssize_t written = ::write(ends[1], answer.data(), answer.size());
        ::_exit(written < 0 ? 1 : 0);
    }
    ::close(ends[1]);
    std::string answer;
    char block[4096];
    for (ssize_t got = 0; (got = ::read(ends[0], block, sizeof block)) > 0;) {
        answer.append(block, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status));
    return answer;
}

class PluginPermissionTest : public PluginHostTest {
protected:
    void SetUp() override {
        file_ = place("good");
        set_mode(folder(), 0755);
    }
    [[nodiscard]] const fs::path& file() const { return file_; }
    [[nodiscard]] std::string reason() const { return only_report().reason; }
    [[nodiscard]] std::string as_ordinary_user() const {
        return asked_by_ordinary_user([this] {
            const PluginReport report = host().list().at(0);
            return report.usable ? "usable: " + report.warning : "refused: " + report.reason;
        });
    }

private:
    fs::path file_;
};

TEST_F(PluginPermissionTest, only_the_owner_may_write_and_nothing_is_said) {
    EXPECT_THAT(reason(), IsEmpty());
    EXPECT_THAT(only_report().warning, IsEmpty());
}

TEST_F(PluginPermissionTest, a_file_that_anyone_may_write_is_refused) {
    set_mode(file(), 0646);
    EXPECT_THAT(reason(), AllOf(HasSubstr("the file may be written by anyone"),
                                HasSubstr("chmod o-w " + file().string())));
    EXPECT_THAT(as_ordinary_user(), HasSubstr("refused: the file may be written by anyone"));
}

TEST_F(PluginPermissionTest, a_folder_that_anyone_may_write_is_refused) {
    set_mode(folder(), 0757);
    EXPECT_THAT(reason(),
                HasSubstr("the folder " + folder().string() + " may be written by anyone"));
    // The sticky bit keeps files from being replaced, not from being added.
    set_mode(folder(), 01757);
    EXPECT_THAT(reason(),
                HasSubstr("the folder " + folder().string() + " may be written by anyone"));
    set_mode(folder(), 0755);
}

TEST_F(PluginPermissionTest, a_folder_further_up_that_anyone_may_write_is_refused) {
    const fs::path below = folder() / "a" / "b";
    fs::create_directories(below);
    fs::rename(file(), below / "good.so");
    set_mode(folder() / "a", 0757);
    const auto report = [&below] { return PluginHost{{below}}.list().at(0); };
    EXPECT_THAT(report().reason,
                HasSubstr((folder() / "a").string() + " may be written by anyone"));
    // As /tmp is: what is in there is safe from others.
    set_mode(folder() / "a", 01757);
    EXPECT_TRUE(report().usable) << report().reason;
    set_mode(folder() / "a", 0755);
}

TEST_F(PluginPermissionTest, both_ends_of_a_symbolic_link_count) {
    const TemporaryFolder open_folder;
    fs::rename(file(), open_folder / "good.so");
    fs::create_symlink(open_folder / "good.so", file());
    set_mode(open_folder.path(), 0757);
    EXPECT_THAT(reason(), HasSubstr(open_folder.path().string() + " may be written by anyone"));
}

TEST_F(PluginPermissionTest, a_group_that_may_write_is_refused_for_root) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root";
    }
    set_mode(file(), 0664);
    EXPECT_THAT(reason(), HasSubstr("the file may be written by its group"));
    set_mode(file(), 0644);
    set_mode(folder(), 0775);
    EXPECT_THAT(reason(), HasSubstr(folder().string() + " may be written by its group"));
}

TEST_F(PluginPermissionTest, a_third_owner_is_refused_for_root) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root";
    }
    ASSERT_EQ(::chown(file().c_str(), nobody, nobody), 0);
    EXPECT_THAT(reason(), HasSubstr("the file belongs to user 65534"));
}

TEST_F(PluginPermissionTest, a_group_that_may_write_is_a_warning_for_others) {
    set_mode(file(), 0664);
    EXPECT_THAT(as_ordinary_user(), HasSubstr("usable: the file may be written by its group"));
}

TEST_F(PluginPermissionTest, a_third_owner_is_a_warning_for_others) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "needs root, to give a file away";
    }
    ASSERT_EQ(::chown(file().c_str(), nobody - 1, nobody), 0);
    EXPECT_THAT(as_ordinary_user(), HasSubstr("usable: the file belongs to user 65533"));
}

TEST_F(PluginPermissionTest, a_warning_is_kept_for_a_loaded_plugin) {
    set_mode(file(), 0664);
    EXPECT_THAT(asked_by_ordinary_user([this] {
                    PluginHost loader{{folder()}};
                    loader.load("good");
                    return loader.loaded().at(0).warning;
                }),
                HasSubstr("may be written by its group"));
}

TEST_F(PluginPermissionTest,
       a_folder_without_the_right_to_read_is_reported_and_the_search_goes_on) {
    const TemporaryFolder closed;
    set_mode(closed.path(), 0000);
    const std::string answer = asked_by_ordinary_user([&] {
        PluginHost loader{{closed.path(), folder()}};
        return loader.list().at(0).reason + "; " + loader.load("good").name + "; " +
               load_failure(loader, "missing");
    });
    set_mode(closed.path(), 0700);
    EXPECT_THAT(answer, AllOf(HasSubstr("the folder cannot be read: Permission denied; good;"),
                              HasSubstr((closed / "missing.so").string() + ": Permission denied")));
}

TEST_F(PluginPermissionTest, a_file_without_the_right_to_read_is_refused) {
    set_mode(file(), 0000);
    const std::string answer = as_ordinary_user();
    set_mode(file(), 0644);
    EXPECT_THAT(answer, HasSubstr("refused: cannot be opened: Permission denied"));
}

}  // namespace
}  // namespace enginebay::testing
