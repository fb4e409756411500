// SPDX-License-Identifier: BSL-1.0
// Names, the search path, and what a failed search tells.
#include "plugin_host_fixture.hpp"
#include "support/child_process.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>

namespace enginebay::testing {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(PluginHostTest, a_name_against_the_rule_is_refused_before_a_path_is_built) {
    place("good");
    fs::create_directory(folder() / "sub");
    PluginHost host{{folder() / "sub"}};
    const std::array<std::string, 9> names{"../good", "good/../../good", "Good",
                                           "",        "1good",           std::string(40, 'a'),
                                           "good.so", "go od",           std::string{"good\0x", 6}};
    for (const std::string& name : names) {
        const std::string message = load_failure(host, name);
        EXPECT_THAT(message, HasSubstr(name.empty() ? "no engine is named" : "names no plugin"));
        EXPECT_THAT(message, Not(HasSubstr(folder().string()))) << name;
    }
    EXPECT_THAT(load_failure(host, std::string(31, 'a')), HasSubstr("no such file"));
}

TEST_F(PluginHostTest, a_relative_folder_is_refused) {
    try {
        const PluginHost host{{folder(), "plugins"}};
        FAIL() << "it was taken";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::configuration);
        EXPECT_THAT(error.what(), AllOf(HasSubstr("'plugins'"), HasSubstr("relative")));
    }
    EXPECT_THROW(PluginHost{{fs::path{}}}, Error);
}

TEST_F(PluginHostTest, the_usual_path_is_configured_then_beside_the_program_then_installed) {
    const std::vector<fs::path> path =
        PluginHost::default_search_path({"/first", "/second", "/first/"});
    ASSERT_GE(path.size(), 4U);
    EXPECT_EQ(path.at(0), "/first");
    EXPECT_EQ(path.at(1), "/second");
    const fs::path beside =
        this_program().parent_path().parent_path() / "lib" / "enginebay" / "plugins";
    EXPECT_THAT(path, ::testing::Contains(beside));
    EXPECT_THAT(path.back().string(), ::testing::EndsWith("/enginebay/plugins"));
    EXPECT_TRUE(path.back().is_absolute());
}

TEST_F(PluginHostTest, a_failure_lists_every_candidate_and_what_else_is_there) {
    const TemporaryFolder second;
    const TemporaryFolder third;
    write_file(folder() / "wanted.so", "no library");
    fs::copy_file(built_plugin("good"), third / "good.so");
    PluginHost host{{folder(), second.path(), "/does/not/exist", third.path()}};
    const std::string message = load_failure(host, "wanted");
    EXPECT_THAT(message, HasSubstr((folder() / "wanted.so").string() + ": is no ELF file"));
    EXPECT_THAT(message, HasSubstr((second / "wanted.so").string() + ": no such file"));
    EXPECT_THAT(message, HasSubstr("/does/not/exist/wanted.so: no such folder"));
    EXPECT_THAT(message, HasSubstr((third / "wanted.so").string() + ": no such file"));
    EXPECT_THAT(message, HasSubstr("Other plugins there: good."));
    EXPECT_THAT(message, HasSubstr("plugins.path"));
    PluginHost nowhere{{}};
    EXPECT_THAT(load_failure(nowhere, "wanted"), HasSubstr("the search path is empty"));
}

TEST_F(PluginHostTest, the_first_usable_candidate_is_taken_and_the_others_are_told) {
    const TemporaryFolder second;
    write_file(folder() / "good.so", "a broken upgrade");
    fs::copy_file(built_plugin("good"), second / "good.so");
    fs::permissions(second / "good.so", fs::perms::owner_all);
    PluginHost host{{folder(), second.path()}};
    EXPECT_EQ(host.load("good").version, "1.2.3");
    const PluginReport loaded = host.loaded().at(0);
    EXPECT_EQ(loaded.file, second / "good.so");
    EXPECT_THAT(loaded.warning,
                AllOf(HasSubstr((folder() / "good.so").string()), HasSubstr("is no ELF file")));
}

TEST_F(PluginHostTest, list_says_which_of_two_is_used) {
    const TemporaryFolder second;
    place("good");
    fs::copy_file(built_plugin("good"), second / "good.so");
    fs::permissions(second / "good.so", fs::perms::owner_all);
    const PluginHost host{{folder(), second.path()}};
    const std::vector<PluginReport> reports = host.list();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_THAT(reports.at(0).warning, IsEmpty());
    EXPECT_TRUE(reports.at(1).usable);
    EXPECT_THAT(reports.at(1).warning,
                HasSubstr("not used: " + (folder() / "good.so").string() + " comes first"));
}

TEST_F(PluginHostTest, what_is_no_folder_is_reported_and_the_search_goes_on) {
    place("good");
    const TemporaryFolder other;
    write_file(other / "file", "");
    PluginHost host{{other / "file", "/does/not/exist", folder()}};
    const std::vector<PluginReport> reports = host.list();
    ASSERT_EQ(reports.size(), 2U);
    EXPECT_EQ(reports.at(0).file, other / "file");
    EXPECT_THAT(reports.at(0).reason,
                AllOf(HasSubstr("cannot be read"), HasSubstr("Not a directory")));
    EXPECT_TRUE(reports.at(1).usable);
    EXPECT_EQ(host.load("good").name, "good");
    EXPECT_THAT(load_failure(host, "missing"), HasSubstr("Not a directory"));
}

TEST_F(PluginHostTest, files_that_are_no_plugins_of_ours_are_left_alone_or_named) {
    write_file(folder() / "README", "text");
    write_file(folder() / "good.so.sha256", "text");
    write_file(folder() / "My-Plugin.so", "text");
    const std::vector<PluginReport> reports = host().list();
    ASSERT_EQ(reports.size(), 1U);
    EXPECT_THAT(reports.at(0).reason, HasSubstr("is not named like a plugin"));
}

TEST_F(PluginHostTest, what_is_no_file_is_refused_by_what_it_is) {
    fs::create_directory(folder() / "folder.so");
    ASSERT_EQ(::mkfifo((folder() / "pipe.so").c_str(), 0600), 0);
    fs::create_symlink("circle.so", folder() / "circle.so");
    fs::create_symlink("gone.so.1", folder() / "gone.so");
    write_file(folder() / "empty.so", "");
    write_file(folder() / "text.so", "#!/bin/sh\n");
    const std::array<std::pair<std::string, std::string>, 6> expected{{
        {"circle", "is a symbolic link that leads in a circle"},
        {"empty", "is empty"},
        {"folder", "is a folder"},
        {"gone", "is a symbolic link to a file that does not exist"},
        {"pipe", "is a named pipe"},
        {"text", "is no ELF file"},
    }};
    const std::vector<PluginReport> reports = host().list();
    ASSERT_EQ(reports.size(), expected.size());
    PluginHost loader{{folder()}};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto& [name, reason] = expected.at(i);
        EXPECT_EQ(reports.at(i).file, folder() / (name + ".so"));
        EXPECT_THAT(reports.at(i).reason, HasSubstr(reason));
        EXPECT_THAT(load_failure(loader, name), HasSubstr(reason));
    }
}

}  // namespace
}  // namespace enginebay::testing
