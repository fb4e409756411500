// SPDX-License-Identifier: BSL-1.0
// Acknowledged means kept: the daemon is killed, or its connections are, while clients write; then
// it is held to the journal of what it acknowledged. ENGINEBAY_LOAD_SECONDS says how long (8).
#include "daemon/running_daemon.hpp"
#include "store/json_text.hpp"

#include <enginebay/migrations.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>

namespace enginebay::testing {
namespace {

using namespace std::chrono_literals;

class LossTest : public BackendTest {
protected:
    static std::chrono::seconds length() {
        const char* text = std::getenv("ENGINEBAY_LOAD_SECONDS");
        return std::chrono::seconds{text == nullptr ? 8 : std::max(4, std::atoi(text))};
    }
    /// Eight clients at work; `trouble` is made again and again meanwhile.
    static std::string load(const DaemonHome& home, const std::function<void()>& trouble,
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
    static void expect_nothing_lost(const DaemonHome& home, std::int64_t at_least) {
        const RunResult result =
            testing::run({program("teleclaude_load"), "--verify", "--socket", home.socket()}, {},
                         std::chrono::seconds{300}, home.folder());
        EXPECT_EQ(result.exit_status, 0) << result.err;
        std::cout << result.out;
        const auto object = teleclaude::parse_json_object(result.out);
        ASSERT_TRUE(object);
        EXPECT_GE(object->getValue<std::int64_t>("acknowledged"), at_least);
    }
    static void expect_declared_schema(const TestDatabase& database) {
        const auto engine = database.engine();
        EXPECT_TRUE(
            (Migrations{*engine, database.config().engine,
                        MigrationSet::load(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations")}
                 .check()
                 .equal));
    }
};

TEST_F(LossTest, nothing_acknowledged_is_lost_when_the_daemon_is_killed) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    std::optional<ChildProcess> daemon{home.launch_ready()};
    load(
        home,
        [&] {
            daemon->kill(SIGKILL);
            ASSERT_TRUE(daemon->wait(patience));
            daemon.reset();
            daemon.emplace(home.launch_ready());
        },
        2s);
    expect_nothing_lost(home, 20);
    EXPECT_EQ(end(*daemon), 0);
    expect_declared_schema(database);
}

TEST_F(LossTest, the_daemon_goes_on_when_its_connections_are_killed) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const std::string said =
        load(home, [&] { static_cast<void>(backend().kill_connections(database)); }, 1500ms);
    expect_nothing_lost(home, 20);
    const auto operations = teleclaude::parse_json_object(said)->getObject("operations");
    for (const std::string& name : operations->getNames()) {
        EXPECT_EQ(operations->getObject(name)->getValue<int>("unanswered"), 0)
            << name << ": who asks while the database is away is told so";
    }
    EXPECT_TRUE(wait_until([&] { return home.request("/health").status == 200; }, patience));
    EXPECT_EQ(end(daemon), 0);
    expect_declared_schema(database);
}

}  // namespace
}  // namespace enginebay::testing
