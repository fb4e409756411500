// SPDX-License-Identifier: BSL-1.0
// What the daemon does when the instance lock is taken away from it.
#include "daemon/running_daemon.hpp"

#include <gmock/gmock.h>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;

class DaemonLockLoss : public BackendTest {
protected:
    // Beside a database file the daemon also holds the lock that an older daemon would take.
    static void break_every_lock(const DatabaseConfig& database) {
        backend().break_lock(database);
        const std::filesystem::path older =
            std::filesystem::path{database.path}.replace_filename("teleclaude.pid");
        if (!database.path.empty() && std::filesystem::exists(older)) {
            std::filesystem::rename(older, older.string() + ".moved");
        }
    }
};

TEST_F(DaemonLockLoss, it_takes_the_lock_again_and_goes_on) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    break_every_lock(as_daemon(database));
    EXPECT_TRUE(daemon.wait_for_line("is lost", patience)) << daemon.err();
    EXPECT_TRUE(daemon.wait_for_line("is held again", patience)) << daemon.err();
    EXPECT_EQ(home.request("/health").status, 200);
    const RunResult second = DaemonHome{database}.run();
    EXPECT_EQ(second.exit_status, 75) << second.err;
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(DaemonLockLoss, it_ends_when_another_has_taken_it) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const auto engine = plugin_host().open(as_daemon(database));
    const auto lock = engine->instance_lock({"teleclaude-daemon", {}, std::chrono::seconds{5}});
    daemon.kill(SIGSTOP);  // it must not be the first to take it
    break_every_lock(as_daemon(database));
    const LockAttempt taken = lock->try_acquire();
    daemon.kill(SIGCONT);
    ASSERT_NE(taken.guard, nullptr);
    EXPECT_EQ(daemon.wait(patience), 75) << daemon.err();
    EXPECT_THAT(daemon.err(), HasSubstr("was lost and is not to be had again"));
    EXPECT_THAT(daemon.err(), HasSubstr("process " + std::to_string(::getpid())));
}

}  // namespace
}  // namespace enginebay::testing
