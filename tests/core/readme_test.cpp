// SPDX-License-Identifier: BSL-1.0
// The sample on README's first screen: taken from the page, compiled, run on every backend.
#include "support/backend.hpp"

#include <gtest/gtest.h>

namespace enginebay::testing {
namespace {

class ReadmeTest : public BackendTest {};

TEST_F(ReadmeTest, the_sample_counts_its_visits) {
    const TestDatabase database = create_database();
    Environment environment{
        {"ENGINEBAY_PLUGIN_PATH", build_path("ENGINEBAY_TEST_PLUGIN_DIR").string()}};
    for (const auto& [name, value] : database.environment()) {
        environment["QUICKSTART" + name.substr(name.find("_DB_"))] = value;
    }
    const TemporaryFolder folder;
    for (const char* visit : {"visit 1 on ", "visit 2 on "}) {
        const RunResult result =
            run({ENGINEBAY_README_SAMPLE}, environment, std::chrono::seconds{60}, folder.path());
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_EQ(result.out, visit + backend().name() + "\n");
    }
}

}  // namespace
}  // namespace enginebay::testing
