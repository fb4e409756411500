// SPDX-License-Identifier: BSL-1.0
// The daemon's start on databases that the old daemon left: taken over at once, killed while doing
// it, without room for the copy. ENGINEBAY_FAULT_ROUNDS says how often it is killed (12).
#include "core/old_database.hpp"
#include "daemon/running_daemon.hpp"

#include <gmock/gmock.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <iostream>
#include <random>
#include <thread>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Rows = std::map<std::string, std::vector<std::string>>;
namespace fs = std::filesystem;

int rounds() {
    const char* text = std::getenv("ENGINEBAY_FAULT_ROUNDS");
    return text == nullptr ? 12 : std::max(1, std::atoi(text));
}

class TakeOver : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        DatabaseConfig config;
        config.engine = "sqlite";
        config.path = file();
        home_.emplace(config);
        const fs::path source = build_path("ENGINEBAY_TEST_SOURCE_DIR");
        OldDatabase database{original_.path() / "old.db"};
        database.run_history(OldHistory{source / "tests/core/old_daemon/january.sql"}, 5);
        // Enough to be killed in: 4000 sessions, 8000 observations.
        database.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)"
            " INSERT INTO memory_observations (memory_session_id, project, type, narrative,"
            " created_at, created_at_epoch) SELECT 'm' || i, 'p', 'change', hex(randomblob(100)),"
            " 'x', i FROM n");
        database.run(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)"
            " INSERT INTO sessions (session_id, computer_name, tmux_session_name)"
            " SELECT 'n' || i, 'c', 't' || i FROM n");
    }

    [[nodiscard]] fs::path folder() const { return data_.path(); }
    [[nodiscard]] fs::path file() const { return data_ / "teleclaude.db"; }
    [[nodiscard]] fs::path copy() const { return data_ / "teleclaude.db.before-0001_baseline"; }

    /// The old database, alone in its folder.
    void renew() const {
        for (const fs::directory_entry& entry : fs::directory_iterator{folder()}) {
            fs::remove_all(entry.path());
        }
        fs::copy_file(original_.path() / "old.db", file());
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> names;
        for (const fs::directory_entry& entry : fs::directory_iterator{folder()}) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }

    /// How long it takes: the one in the middle of three, for a machine under load.
    std::chrono::microseconds undisturbed() const {
        std::array<std::chrono::microseconds, 3> times{};
        for (std::chrono::microseconds& time : times) {
            renew();
            const auto begin = std::chrono::steady_clock::now();
            EXPECT_EQ(home_->run({"--check"}).exit_status, 0);
            time = std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::steady_clock::now() - begin);
        }
        std::sort(times.begin(), times.end());
        return times[1];
    }

    /// Where the kills were.
    struct Killed {
        int untouched{0};
        int copied{0};
        int taken_over{0};
    };

    /// One start that is killed, and one that is not.
    void kill_after(std::chrono::microseconds delay, const Rows& before, const Rows& expected,
                    Killed& killed) const {
        renew();
        ChildProcess daemon = home_->launch({"--check"});
        std::this_thread::sleep_for(delay);
        daemon.kill(SIGKILL);
        ASSERT_TRUE(daemon.wait(patience).has_value());
        const Rows found = OldDatabase{file()}.rows();
        // Between two revisions the times may still have their old spellings.
        const bool done =
            found != before && (found == expected || with_one_spelling(found) == expected);
        EXPECT_TRUE(done || found == before) << "half a change was left";
        const bool copied = fs::exists(copy());
        EXPECT_TRUE(copied || !done) << "changed without a copy";
        int& before_commit = copied ? killed.copied : killed.untouched;
        (done ? killed.taken_over : before_commit) += 1;
        if (copied) {
            EXPECT_TRUE(OldDatabase{copy()}.rows() == before) << "a copy that is none";
        }
        const RunResult next = home_->run({"--check"});
        ASSERT_EQ(next.exit_status, 0) << next.err;
        EXPECT_TRUE(OldDatabase{file()}.rows() == expected);
        EXPECT_TRUE(OldDatabase{copy()}.rows() == before);
        EXPECT_THAT(names(), ::testing::Each(Not(HasSubstr(".partial"))));
        EXPECT_THAT(names(), Not(::testing::Contains(HasSubstr("baseline.2"))))
            << "an equal copy was made twice";
    }

    TemporaryFolder original_;
    TemporaryFolder data_;
    std::optional<DaemonHome> home_;
};

TEST_F(TakeOver, happens_by_itself_at_the_start_and_names_the_copy) {
    renew();
    const Rows before = OldDatabase{file()}.rows();
    ChildProcess daemon = home_->launch_ready();
    EXPECT_THAT(daemon.err(), HasSubstr("copied to " + copy().string()));
    EXPECT_THAT(daemon.err(), HasSubstr("1 row of 'pending_message_deletions'"));
    EXPECT_EQ(home_->request("/health").status, 200);
    EXPECT_EQ(end(daemon), 0);
    EXPECT_EQ(OldDatabase{copy()}.rows(), before);
    const RunResult next = home_->run({"--check"});
    EXPECT_EQ(next.exit_status, 0);
    EXPECT_THAT(next.err, Not(HasSubstr("copied"))) << "it was done before";
}

TEST_F(TakeOver, killed_at_any_moment_is_finished_by_the_next_start) {
    renew();
    const Rows before = OldDatabase{file()}.rows();
    const std::chrono::microseconds longest = undisturbed();
    const Rows expected = OldDatabase{file()}.rows();

    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::minstd_rand random{seed};
    std::uniform_real_distribution<double> part{0, 1};
    const int count = rounds();
    Killed killed;
    for (int round = 0; round < count && !HasFailure(); ++round) {
        // One moment in each part of the whole: few rounds meet all of it, too.
        const std::chrono::microseconds delay{static_cast<std::int64_t>(
            static_cast<double>(longest.count()) * (round + part(random)) / count)};
        SCOPED_TRACE("round " + std::to_string(round) + ", killed after " +
                     std::to_string(delay.count()) + " us");
        kill_after(delay, before, expected, killed);
    }
    std::cout << "killed " << count << " times within " << longest.count() / 1000
              << " ms: " << killed.untouched << " before the copy, " << killed.copied
              << " behind it, " << killed.taken_over << " behind the commit\n";
}

TEST_F(TakeOver, by_several_at_once_is_done_once) {
    renew();
    const Rows before = OldDatabase{file()}.rows();
    std::vector<ChildProcess> daemons;
    for (int i = 0; i < 3; ++i) {
        daemons.push_back(home_->launch({"--check"}));
    }
    int done = 0;
    for (ChildProcess& daemon : daemons) {
        const auto status = daemon.wait(patience * 2);
        ASSERT_TRUE(status.has_value());
        EXPECT_THAT(*status, ::testing::AnyOf(0, 75)) << daemon.err();
        done += *status == 0 ? 1 : 0;
    }
    EXPECT_GE(done, 1);
    EXPECT_EQ(home_->run({"--check"}).exit_status, 0);
    EXPECT_TRUE(OldDatabase{copy()}.rows() == before);
    EXPECT_THAT(names(), Not(::testing::Contains(HasSubstr("baseline.2"))));
}

TEST_F(TakeOver, in_a_folder_that_cannot_be_written_changes_nothing) {
    if (::geteuid() != 0 || ::mount("tmpfs", folder().c_str(), "tmpfs", 0, "size=64m") != 0) {
        GTEST_SKIP() << "only root can make such a folder, outside of a container";
    }
    const std::shared_ptr<void> mounted{nullptr,
                                        [&](void*) { ::umount2(folder().c_str(), MNT_DETACH); }};
    renew();
    const std::string bytes = read_file(file());
    ASSERT_EQ(::mount("tmpfs", folder().c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, ""), 0);
    const RunResult refused = home_->run();
    EXPECT_EQ(refused.exit_status, 77) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr(folder().string()));
    EXPECT_TRUE(read_file(file()) == bytes);
}

TEST_F(TakeOver, without_room_for_the_copy_changes_nothing) {
    if (::geteuid() != 0 || ::mount("tmpfs", folder().c_str(), "tmpfs", 0, "size=64m") != 0) {
        GTEST_SKIP() << "a small disk can only be made by root, outside of a container";
    }
    const std::shared_ptr<void> mounted{nullptr,
                                        [&](void*) { ::umount2(folder().c_str(), MNT_DETACH); }};
    renew();
    const auto size = fs::file_size(file());
    const auto available = fs::space(folder()).available;
    ASSERT_GT(available, size * 3) << "the sample has grown beyond the disk";
    // What is left is enough for the steps in the log and not for the copy.
    write_file(folder() / "filler", std::string(available - size - size / 2, 'x'));
    const Rows before = OldDatabase{file()}.rows();
    const RunResult refused = home_->run();
    EXPECT_EQ(refused.exit_status, 74) << refused.err;
    EXPECT_EQ(OldDatabase{file()}.rows(), before);
    EXPECT_FALSE(fs::exists(copy()));
    fs::remove(folder() / "filler");
}

}  // namespace
}  // namespace enginebay::testing
