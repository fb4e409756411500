// SPDX-License-Identifier: BSL-1.0
// Tests: several runners on one database, and runners that die.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MigrationRunners : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        folder_.base().revision("0002_extra", "0001_base", add_extra);
    }
    MigrationFolder folder_;
};

/// Five upgrades of one database at the same time; what each reports or fails with.
void run_five(const TestDatabase& database, const MigrationSet& set) {
    std::array<UpgradeReport, 5> reports;
    std::array<std::string, 5> faults;
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        threads.emplace_back([&, i] {
            try {
                reports.at(i) = Target{database, set}.upgrade();
            } catch (const std::exception& error) {
                faults.at(i) = error.what();
            }
        });
    }
    threads.clear();
    std::vector<std::string> applied;
    for (std::size_t i = 0; i < reports.size(); ++i) {
        EXPECT_EQ(faults.at(i), "");
        EXPECT_THAT(reports.at(i).current, ElementsAre("0002_extra"));
        EXPECT_THAT(reports.at(i).adopted, IsEmpty());
        applied.insert(applied.end(), reports.at(i).applied.begin(), reports.at(i).applied.end());
    }
    EXPECT_THAT(applied, ::testing::UnorderedElementsAre("0001_base", "0002_extra"));
    EXPECT_EQ((Target{database, set}.count("enginebay_revision")), 2);
}

TEST_F(MigrationRunners, of_five_at_once_each_revision_is_run_by_one) {
    const MigrationSet set = folder_.load();
    for (int round = 0; round < 5; ++round) {  // each meets at other moments
        run_five(create_database(), set);
    }
}

TEST_F(MigrationRunners, one_that_waits_says_so_and_gives_up_in_time) {
    const TestDatabase database = create_database();
    Target target{backend().impatient(database.config()), folder_.load()};
    const std::unique_ptr<Engine> engine = database.engine();
    const std::unique_ptr<Connection> other = engine->connect(Access::create);
    const std::unique_ptr<Migrator> migrator = engine->migrator();
    other->begin(TransactionMode::write);
    ASSERT_TRUE(migrator->try_lock(*other));

    int waits = 0;
    UpgradeOptions options;
    options.lock_wait = std::chrono::milliseconds{300};
    options.progress = [&](const MigrationProgress& progress) {
        EXPECT_EQ(progress.what, MigrationProgress::What::waiting);
        EXPECT_FALSE(progress.statement.empty());
        ++waits;
    };
    const Error error = error_of(Errc::busy, [&] { return target.migrations.upgrade(options); });
    EXPECT_THAT(error.what(), HasSubstr("gave up migrating"));
    EXPECT_GT(waits, 0);

    other->rollback();
    EXPECT_THAT(target.upgrade().applied, ElementsAre("0001_base", "0002_extra"));
}

TEST_F(MigrationRunners, one_that_is_killed_at_any_step_leaves_a_database_the_next_one_completes) {
    const MigrationSet set = folder_.load();
    for (int killed_at = 0; killed_at < 12; ++killed_at) {
        const TestDatabase database = create_database();
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            int step = 0;
            UpgradeOptions options;
            options.progress = [&](const MigrationProgress&) {
                if (step++ == killed_at) {
                    ::raise(SIGKILL);
                }
            };
            try {
                (void)Target{database, set}.migrations.upgrade(options);
            } catch (...) {
                ::_exit(1);
            }
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_TRUE(WIFSIGNALED(status) || WEXITSTATUS(status) == 0) << killed_at;
        Target target{database, set};
        EXPECT_THAT(target.upgrade().current, ElementsAre("0002_extra")) << killed_at;
        EXPECT_EQ(target.count("enginebay_revision"), 2) << killed_at;
        if (WIFEXITED(status)) {
            return;  // it had fewer steps than that
        }
    }
    FAIL() << "the child never came to its end: more steps than expected";
}

}  // namespace
}  // namespace enginebay::testing
