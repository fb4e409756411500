// SPDX-License-Identifier: BSL-1.0
// Runs teleclaude_load.
#include "daemon/load.hpp"

#include "store/json_text.hpp"
#include "support/backend.hpp"

#include <enginebay/migrations.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

namespace enginebay::testing {
namespace {

using namespace std::chrono_literals;

std::chrono::seconds length() {
    const char* text = std::getenv("ENGINEBAY_LOAD_SECONDS");
    return std::chrono::seconds{text == nullptr ? 8 : std::max(4, std::atoi(text))};
}

}  // namespace

std::string put_load(const DaemonHome& home, const std::function<void()>& trouble,
                     std::chrono::milliseconds pause) {
    ChildProcess clients{{program("teleclaude_load"), "--socket", home.socket(), "--seconds",
                          std::to_string(length().count()), "--clients", "8"},
                         {},
                         home.folder()};
    while (!clients.wait(pause)) {
        trouble();
    }
    EXPECT_EQ(clients.wait(1s), 0) << clients.out() << clients.err();
    std::cout << clients.out();
    return clients.out();
}

void expect_nothing_lost(const DaemonHome& home, std::int64_t at_least) {
    const RunResult result =
        testing::run({program("teleclaude_load"), "--verify", "--socket", home.socket()}, {}, 300s,
                     home.folder());
    EXPECT_EQ(result.exit_status, 0) << result.err;
    std::cout << result.out;
    const auto object = teleclaude::parse_json_object(result.out);
    ASSERT_TRUE(object);
    EXPECT_GE(object->getValue<std::int64_t>("acknowledged"), at_least);
}

void expect_all_answered(const std::string& said) {
    const auto object = teleclaude::parse_json_object(said);
    ASSERT_TRUE(object) << said;
    const auto operations = object->getObject("operations");
    for (const std::string& name : operations->getNames()) {
        EXPECT_EQ(operations->getObject(name)->getValue<int>("unanswered"), 0) << name;
    }
}

void expect_declared_schema(const DatabaseConfig& config) {
    const auto engine = plugin_host().open(config);
    Migrations migrations{
        *engine, config.engine,
        MigrationSet::load(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations")};
    EXPECT_TRUE(migrations.check().equal);
}

}  // namespace enginebay::testing
