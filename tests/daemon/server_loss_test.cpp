// SPDX-License-Identifier: BSL-1.0
// A PostgreSQL server of the test's own is restarted the hard way, and one of its processes killed,
// while clients write through the daemon: it comes back by itself, says 503 meanwhile, and nothing
// it acknowledged is lost.
#include "daemon/load.hpp"
#include "support/own_postgres.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace enginebay::testing {
namespace {

using namespace std::chrono_literals;

class ServerLoss : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (!server_.failure().empty() && std::getenv("CI") == nullptr) {
            GTEST_SKIP() << server_.failure();
        }
        ASSERT_EQ(server_.failure(), "");
    }

    void expect_recovery(const std::function<void()>& trouble) {
        DaemonHome home{server_.config()};
        ChildProcess daemon = home.launch_ready();
        const std::string said = put_load(home, trouble, 2500ms);
        EXPECT_TRUE(wait_until([&] { return home.request("/health").status == 200; }, patience))
            << home.request("/health").body << daemon.err();
        expect_nothing_lost(home, 20);
        expect_all_answered(said);
        EXPECT_EQ(end(daemon), 0) << daemon.err();
        expect_declared_schema(server_.config());
    }

    OwnPostgres server_;
};

TEST_F(ServerLoss, a_server_that_is_restarted_under_load_costs_no_acknowledged_write) {
    int restarts = 0;
    expect_recovery([&] {
        server_.restart();
        ++restarts;
    });
    EXPECT_GT(restarts, 0);
}

TEST_F(ServerLoss, a_session_killed_in_the_server_costs_no_acknowledged_write) {
    int killed = 0;
    expect_recovery([&] { killed += server_.kill_process("enginebay teleclaude") ? 1 : 0; });
    EXPECT_GT(killed, 0);
}

}  // namespace
}  // namespace enginebay::testing
