// SPDX-License-Identifier: BSL-1.0
// What the tests of the plugin host share.
#include "plugin_host_fixture.hpp"

#include <fstream>

namespace enginebay::testing {
namespace fs = std::filesystem;

fs::path built_plugin(const std::string& name) {
    return fs::path{ENGINEBAY_FIXTURE_PLUGIN_DIR} / (name + ".so");
}

std::string load_failure(PluginHost& host, const std::string& name) {
    try {
        host.load(name);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Errc::plugin) << error.what();
        return error.what();
    }
    return {};
}

void overwrite(const fs::path& file, std::size_t offset, std::string_view bytes) {
    std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
    stream.seekp(static_cast<std::streamoff>(offset));
    stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    ASSERT_TRUE(stream.flush()) << file;
}

fs::path PluginHostTest::place(const std::string& plugin, const std::string& as) {
    const fs::path to = folder() / ((as.empty() ? plugin : as) + ".so");
    fs::copy_file(built_plugin(plugin), to);
    fs::permissions(to, fs::perms::owner_all | fs::perms::group_read | fs::perms::others_read);
    return to;
}

PluginReport PluginHostTest::only_report() const {
    const std::vector<PluginReport> reports = host().list();
    EXPECT_EQ(reports.size(), 1U);
    return reports.empty() ? PluginReport{} : reports.front();
}

std::string PluginHostTest::refusal(const std::string& plugin) {
    place(plugin);
    const PluginReport report = only_report();
    EXPECT_FALSE(report.usable);
    PluginHost loader{{folder()}};
    EXPECT_THAT(load_failure(loader, plugin), ::testing::HasSubstr((folder() / plugin).string()));
    return report.reason;
}

}  // namespace enginebay::testing
