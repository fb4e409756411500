// SPDX-License-Identifier: BSL-1.0
// The daemon killed at random moments of its first start: the next start succeeds, and the database
// is what the schema declares. ENGINEBAY_FAULT_ROUNDS says how often (10).
#include "daemon/running_daemon.hpp"

#include <enginebay/migrations.hpp>

#include <gmock/gmock.h>

#include <cstdlib>
#include <random>
#include <thread>

namespace enginebay::testing {
namespace {

class KilledDaemon : public BackendTest {
protected:
    static int rounds() {
        const char* text = std::getenv("ENGINEBAY_FAULT_ROUNDS");
        return text == nullptr ? 10 : std::max(1, std::atoi(text));
    }

    // How long a first start takes here and now: the moments are spread over it and a little more.
    static std::chrono::microseconds time_of_a_start() {
        const TestDatabase database = create_database();
        const DaemonHome home{database};
        const auto begin = std::chrono::steady_clock::now();
        ChildProcess daemon = home.launch_ready();
        const auto end_of_start = std::chrono::steady_clock::now();
        EXPECT_EQ(end(daemon), 0);
        return std::chrono::duration_cast<std::chrono::microseconds>(end_of_start - begin);
    }

    static void expect_declared_schema(const TestDatabase& database) {
        const auto engine = database.engine();
        Migrations migrations{
            *engine, database.config().engine,
            MigrationSet::load(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations")};
        const CheckReport report = migrations.check();
        EXPECT_TRUE(report.equal) << report.differences.size() << " differences";
        EXPECT_TRUE(migrations.status().pending.empty());
    }
};

TEST_F(KilledDaemon, leaves_a_database_on_which_the_next_start_succeeds) {
    const auto longest = time_of_a_start() * 11 / 10;
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::minstd_rand random{seed};
    std::uniform_int_distribution<std::int64_t> moment{0, longest.count()};
    for (int round = 0; round < rounds() && !HasFailure(); ++round) {
        const std::chrono::microseconds delay{moment(random)};
        SCOPED_TRACE("round " + std::to_string(round) + ", killed after " +
                     std::to_string(delay.count()) + " us");
        const TestDatabase database = create_database();
        const DaemonHome home{database};
        ChildProcess daemon = home.launch();
        std::this_thread::sleep_for(delay);
        daemon.kill(SIGKILL);
        ASSERT_EQ(daemon.wait(patience), 128 + SIGKILL) << daemon.err();
        const RunResult next = home.run({"--check"});
        ASSERT_EQ(next.exit_status, 0) << next.err;
        expect_declared_schema(database);
    }
}

}  // namespace
}  // namespace enginebay::testing
