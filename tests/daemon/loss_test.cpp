// SPDX-License-Identifier: BSL-1.0
// Acknowledged means kept: the daemon is killed, or its connections are, while clients write; then
// it is held to the journal of what it acknowledged.
#include "daemon/load.hpp"
#include "store/json_text.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <iostream>
#include <optional>

namespace enginebay::testing {
namespace {

using namespace std::chrono_literals;

class LossTest : public BackendTest {};

std::size_t count_of(const std::string& part, const std::string& text) {
    std::size_t count = 0;
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) {
        ++count;
    }
    return count;
}

/// Under load the daemon is ended in this way and started again, over and over.
void expect_no_loss(const TestDatabase& database,
                    const std::function<void(ChildProcess&)>& end_somehow) {
    const DaemonHome home{database};
    std::optional<ChildProcess> daemon{home.launch_ready()};
    put_load(
        home,
        [&] {
            end_somehow(*daemon);
            daemon.reset();
            daemon.emplace(home.launch_ready());
        },
        2s);
    expect_nothing_lost(home, 20);
    EXPECT_EQ(end(*daemon), 0);
    expect_declared_schema(database.config());
}

TEST_F(LossTest, nothing_acknowledged_is_lost_when_the_daemon_is_killed) {
    expect_no_loss(create_database(), [](ChildProcess& daemon) {
        daemon.kill(SIGKILL);
        EXPECT_TRUE(daemon.wait(patience));
    });
}

TEST_F(LossTest, a_daemon_that_is_asked_to_end_under_load_ends_well_and_loses_nothing) {
    expect_no_loss(create_database(),
                   [](ChildProcess& daemon) { EXPECT_EQ(end(daemon), 0) << daemon.err(); });
}

TEST_F(LossTest, the_daemon_goes_on_when_its_connections_are_killed) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const std::string said =
        put_load(home, [&] { static_cast<void>(backend().kill_connections(database)); }, 1500ms);
    expect_nothing_lost(home, 20);
    expect_all_answered(said);
    EXPECT_TRUE(wait_until([&] { return home.request("/health").status == 200; }, patience));
    EXPECT_EQ(end(daemon), 0);
    expect_declared_schema(database.config());
}

// A hook receiver: its own process, without the daemon and without the daemon's lock.
TEST_F(LossTest, programs_beside_the_daemon_enqueue_by_themselves) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const RunResult receivers =
        testing::run({program("teleclaude_load"), "--receivers", "3"}, home.environment, 120s);
    EXPECT_EQ(receivers.exit_status, 0) << receivers.err;
    std::cout << receivers.out;
    const auto times = teleclaude::parse_json_object(receivers.out);
    ASSERT_TRUE(times && times->getObject("inside_ms"));
    // The aim is 15 and 30 ms on an idle machine; this one may be busy.
    EXPECT_LT(times->getObject("inside_ms")->getValue<double>("p50"), 500) << receivers.out;
    const std::string claimed = home.request("/v1/hooks/claim", "POST", R"({"limit": 9})").body;
    EXPECT_EQ(std::size_t{4}, count_of("\"session_id\":\"receiver\"", claimed))
        << claimed << " (one more than asked for warms up)";
    EXPECT_EQ(end(daemon), 0);
}

}  // namespace
}  // namespace enginebay::testing
