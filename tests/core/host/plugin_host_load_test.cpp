// SPDX-License-Identifier: BSL-1.0
// Loading plugins that are good, and opening engines from them.
#include "plugin_host_fixture.hpp"
#include "support/child_process.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace enginebay::testing {
namespace {
namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Errc code_of_open(PluginHost& host, const DatabaseConfig& config, std::string& message) {
    try {
        host.open(config);
    } catch (const Error& error) {
        message = error.what();
        return error.code();
    }
    ADD_FAILURE() << "it opened";
    return Errc::internal;
}

TEST_F(PluginHostTest, lists_what_the_note_says_without_loading) {
    place("good");
    const PluginReport report = only_report();
    EXPECT_TRUE(report.usable) << report.reason;
    EXPECT_THAT(report.reason, IsEmpty());
    EXPECT_THAT(report.warning, IsEmpty());
    EXPECT_EQ(report.info.name, "good");
    EXPECT_EQ(report.info.version, "1.2.3");
    EXPECT_EQ(report.info.licence, "BSL-1.0");
    EXPECT_EQ(report.info.location, Location::server);
    EXPECT_EQ(report.info.contract, 1U);
    EXPECT_THAT(report.info.capability_list, ElementsAre("full_text", "cancel"));
    EXPECT_TRUE(report.info.capabilities.has(Capability::cancel));
    EXPECT_FALSE(report.info.capabilities.has(Capability::skip_locked));
}

TEST_F(PluginHostTest, keeps_capabilities_it_does_not_know) {
    place("new_capability");
    const PluginReport report = only_report();
    EXPECT_TRUE(report.usable) << report.reason;
    EXPECT_THAT(report.info.capability_list, ElementsAre("full_text", "teleport"));
    EXPECT_EQ(report.info.capabilities, Capabilities{Capability::full_text});
}

TEST_F(PluginHostTest, loads_a_plugin_and_opens_an_engine) {
    const fs::path file = place("good");
    PluginHost host{{folder()}};
    EXPECT_EQ(host.load("good").version, "1.2.3");
    DatabaseConfig config;
    config.engine = "good";
    EXPECT_EQ(host.open(config)->location(), "nowhere");
    ASSERT_EQ(host.loaded().size(), 1U);
    EXPECT_EQ(host.loaded().front().file, file);
}

TEST_F(PluginHostTest, an_engine_outlives_its_host) {
    place("good");
    DatabaseConfig config;
    config.engine = "good";
    std::unique_ptr<Engine> engine;
    {
        PluginHost host{{folder()}};
        engine = host.open(config);
    }
    EXPECT_EQ(engine->location(), "nowhere");
    EXPECT_THROW(engine->connect(Access::create), Error);
}

TEST_F(PluginHostTest, a_loaded_plugin_is_not_looked_for_again) {
    const fs::path file = place("good");
    PluginHost host{{folder()}};
    host.load("good");
    fs::remove(file);
    EXPECT_EQ(host.load("good").version, "1.2.3");
}

TEST_F(PluginHostTest, loads_by_many_threads_meet_in_one_plugin) {
    place("good");
    place("throws_on_open");
    PluginHost host{{folder()}};
    std::array<std::thread, 8> threads;
    for (std::size_t i = 0; i < threads.size(); ++i) {
        threads.at(i) = std::thread{[&host, i] {
            EXPECT_EQ(host.load(i % 2 == 0 ? "good" : "throws_on_open").name,
                      i % 2 == 0 ? "good" : "throws_on_open");
            EXPECT_EQ(host.list().size(), 2U);
        }};
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(host.loaded().size(), 2U);
}

TEST_F(PluginHostTest, an_error_of_open_passes_through) {
    place("throws_on_open");
    PluginHost host{{folder()}};
    DatabaseConfig config;
    config.engine = "throws_on_open";
    config.path = "error";
    std::string message;
    EXPECT_EQ(code_of_open(host, config, message), Errc::unreachable);
    EXPECT_EQ(message, "nobody answers");
}

TEST_F(PluginHostTest, a_foreign_exception_of_open_becomes_internal) {
    place("throws_on_open");
    PluginHost host{{folder()}};
    DatabaseConfig config;
    config.engine = "throws_on_open";
    std::string message;
    EXPECT_EQ(code_of_open(host, config, message), Errc::internal);
    EXPECT_THAT(message, AllOf(HasSubstr("'throws_on_open'"), HasSubstr("a foreign cause")));
    config.path = "number";
    EXPECT_EQ(code_of_open(host, config, message), Errc::internal);
    EXPECT_THAT(message, HasSubstr("threw something unknown"));
}

TEST_F(PluginHostTest, no_engine_and_no_reason_is_the_plugins_fault) {
    place("null_engine");
    PluginHost host{{folder()}};
    DatabaseConfig config;
    config.engine = "null_engine";
    std::string message;
    EXPECT_EQ(code_of_open(host, config, message), Errc::plugin);
    EXPECT_THAT(message, HasSubstr("opened no engine"));
}

TEST_F(PluginHostTest, a_stripped_plugin_loads) {
    const fs::path file = place("good");
    ASSERT_EQ(run({ENGINEBAY_STRIP, file.string()}).exit_status, 0);
    EXPECT_LT(fs::file_size(file), fs::file_size(built_plugin("good")));
    PluginHost host{{folder()}};
    EXPECT_EQ(host.load("good").version, "1.2.3");
}

TEST_F(PluginHostTest, a_plugin_whose_runpath_was_rewritten_loads) {
    const fs::path file = place("good");
    const fs::path script = folder() / "rewrite.cmake";
    write_file(script,
               "file(RPATH_SET FILE \"" + file.string() + "\" NEW_RPATH \"/opt/elsewhere\")\n");
    const RunResult result = run({ENGINEBAY_CMAKE, "-P", script.string()});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(read_file(file), HasSubstr("/opt/elsewhere"));
    PluginHost host{{folder()}};
    EXPECT_EQ(host.load("good").version, "1.2.3");
}

TEST_F(PluginHostTest, a_matching_hash_is_accepted) {
    const fs::path file = place("good");
    const RunResult sum = run({"sha256sum", file.string()});
    ASSERT_EQ(sum.exit_status, 0) << sum.err;
    write_file(folder() / "good.so.sha256", sum.out);  // the line names the file with its path
    EXPECT_TRUE(only_report().usable) << only_report().reason;
    write_file(folder() / "good.so.sha256", sum.out.substr(0, 64));  // the hash alone
    EXPECT_TRUE(only_report().usable) << only_report().reason;
}

TEST_F(PluginHostTest, verified_and_loaded_within_ten_milliseconds) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer's time is not the plugin's";
#endif
    std::chrono::duration<double, std::milli> best{1e9};
    for (int i = 0; i < 10; ++i) {
        const TemporaryFolder fresh;  // a file that is not loaded yet, in a warm cache
        fs::copy_file(built_plugin("good"), fresh / "good.so");
        fs::permissions(fresh / "good.so", fs::perms::owner_all);
        const auto start = std::chrono::steady_clock::now();
        PluginHost{{fresh.path()}}.load("good");
        best = std::min<decltype(best)>(best, std::chrono::steady_clock::now() - start);
    }
    EXPECT_LE(best.count(), 10.0);
    RecordProperty("milliseconds", std::to_string(best.count()));
}

}  // namespace
}  // namespace enginebay::testing
