// SPDX-License-Identifier: BSL-1.0
// check(): a plugin tried in a child process, so that what it does to a process is told and not
// felt.
#include "plugin_host_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace enginebay::testing {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PluginCheckTest : public PluginHostTest {
protected:
    std::string reason_of(const std::string& plugin) {
        const PluginReport report = host().check(place(plugin));
        EXPECT_FALSE(report.usable);
        return report.reason;
    }
};

TEST_F(PluginCheckTest, a_good_file_passes_and_is_not_loaded_here) {
    const PluginHost host{{}};
    const PluginReport report = host.check(place("good"));
    EXPECT_TRUE(report.usable) << report.reason;
    EXPECT_EQ(report.info.version, "1.2.3");
    EXPECT_THAT(host.loaded(), IsEmpty());
    EXPECT_THAT(read_file("/proc/self/maps"), ::testing::Not(HasSubstr(folder().string())));
}

TEST_F(PluginCheckTest, a_good_name_passes) {
    const fs::path file = place("good");
    const PluginReport report = host().check("good");
    EXPECT_TRUE(report.usable) << report.reason;
    EXPECT_EQ(report.file, file);
}

TEST_F(PluginCheckTest, a_relative_file_is_of_the_working_directory) {
    place("good");
    const fs::path before = fs::current_path();
    fs::current_path(folder());
    const PluginReport report = PluginHost{{}}.check("good.so");
    fs::current_path(before);
    EXPECT_TRUE(report.usable) << report.reason;
}

TEST_F(PluginCheckTest, what_is_not_there_is_told) {
    EXPECT_THAT(host().check(folder() / "none.so").reason, HasSubstr("does not exist"));
    EXPECT_THAT(host().check("none").reason, HasSubstr((folder() / "none.so").string()));
    EXPECT_THAT(host().check("No").reason, HasSubstr("names no plugin"));
}

TEST_F(PluginCheckTest, the_steps_before_loading_are_taken_first) {
    EXPECT_THAT(reason_of("other_layout"), HasSubstr("was built for another EngineBay"));
    EXPECT_THAT(reason_of("no_note"), HasSubstr("no note"));
}

TEST_F(PluginCheckTest, what_the_loader_refuses_is_told_as_if_loaded_here) {
    EXPECT_THAT(reason_of("undefined_symbol"), HasSubstr("missing::function_nobody_defines(int)"));
    EXPECT_THAT(reason_of("missing_dependency"), HasSubstr("libfixture_absent.so"));
    EXPECT_THAT(reason_of("descriptor_disagrees"), HasSubstr("contradicts itself"));
}

TEST_F(PluginCheckTest, one_that_kills_its_process_is_told_with_the_signal_and_its_words) {
    EXPECT_THAT(reason_of("say_and_abort"),
                AllOf(HasSubstr("SIGABRT"), HasSubstr("something went wrong early")));
    EXPECT_THAT(reason_of("read_nowhere"), HasSubstr("SIGSEGV"));
    EXPECT_THAT(reason_of("throw_early"), HasSubstr("no configuration yet"));
}

TEST_F(PluginCheckTest, one_that_ends_its_process_is_told) {
    EXPECT_THAT(reason_of("leave"), HasSubstr("ends the process that loads it (status 3"));
}

TEST_F(PluginCheckTest, one_that_hangs_is_ended) {
    EXPECT_THAT(reason_of("sleep_on"), HasSubstr("after 10 seconds"));
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1) << "the child was left behind";
}

TEST_F(PluginCheckTest, it_works_where_ended_children_are_not_collected) {
    const auto before = std::signal(SIGCHLD, SIG_IGN);
    const PluginReport good = host().check(place("good"));
    const PluginReport bad = host().check(place("say_and_abort"));
    std::signal(SIGCHLD, before);
    EXPECT_TRUE(good.usable) << good.reason;
    EXPECT_THAT(bad.reason, HasSubstr("status unknown"));
}

TEST_F(PluginCheckTest, a_signal_handler_of_the_program_hides_nothing) {
    const auto before = std::signal(SIGSEGV, [](int) { ::_exit(0); });
    EXPECT_THAT(reason_of("read_nowhere"), HasSubstr("SIGSEGV"));
    std::signal(SIGSEGV, before);
}

TEST_F(PluginCheckTest, it_works_beside_busy_threads) {
    place("good");
    PluginHost host{{folder()}};
    std::atomic<bool> done{false};
    std::thread allocator{[&done] {
        while (!done) {
            const std::string text(1000, 'x');
            ASSERT_EQ(text.size(), 1000U);
        }
    }};
    std::thread loader{[&host] { host.load("good"); }};
    for (int i = 0; i < 5; ++i) {
        const PluginReport report = host.check("good");
        EXPECT_TRUE(report.usable) << report.reason;
    }
    done = true;
    allocator.join();
    loader.join();
}

}  // namespace
}  // namespace enginebay::testing
