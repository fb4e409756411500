// SPDX-License-Identifier: BSL-1.0
// The advisory lock: who has it, and how its loss is noticed.
#include "conninfo.hpp"
#include "fixture.hpp"
#include "lock_guard.hpp"
#include "preflight.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <mutex>

namespace enginebay::testing {
namespace {

class InstanceLockTest : public PostgresTest {
protected:
    [[nodiscard]] LockOptions options(std::chrono::milliseconds bound = 1500ms) {
        return {"testing-daemon",
                [this](const std::string& why) {
                    const std::lock_guard guard{mutex_};
                    why_ = why;
                    ++losses_;
                },
                bound};
    }
    std::string why() {
        const std::lock_guard guard{mutex_};
        return why_;
    }

    std::atomic<int> losses_{0};

private:
    std::mutex mutex_;
    std::string why_;
};

TEST_F(InstanceLockTest, the_holder_is_this_process_and_not_the_server_s) {
    const auto lock = engine_->instance_lock(options());
    EXPECT_EQ(lock->holder().pid, 0);
    LockAttempt first = lock->try_acquire();
    ASSERT_NE(first.guard, nullptr);
    const LockAttempt second = engine_->instance_lock(options())->try_acquire();
    EXPECT_EQ(second.guard, nullptr);
    EXPECT_EQ(second.holder.pid, ::getpid());
    EXPECT_FALSE(second.holder.host.empty());
    EXPECT_FALSE(second.holder.since.empty());
    first.guard.reset();
    EXPECT_TRUE(lock->holder().what.empty());
    EXPECT_EQ(losses_, 0) << "given back is not lost";
    EXPECT_NE(lock->try_acquire().guard, nullptr);
}

TEST_F(InstanceLockTest, a_terminated_backend_is_noticed_within_the_bound) {
    const LockAttempt attempt = engine_->instance_lock(options())->try_acquire();
    const auto begin = std::chrono::steady_clock::now();
    backend().break_lock(config());
    EXPECT_TRUE(wait_until([&] { return losses_ == 1; }, 3s));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1500ms);
    EXPECT_FALSE(attempt.guard->held());
    EXPECT_FALSE(why().empty());
    // It is free for another, and the old guard never takes it again.
    EXPECT_NE(engine_->instance_lock({"testing-daemon", {}, 900ms})->try_acquire().guard, nullptr);
    EXPECT_FALSE(wait_until([&] { return attempt.guard->held() || losses_ > 1; }, 1s));
}

TEST_F(InstanceLockTest, another_session_in_the_place_of_the_one_that_took_it_is_a_loss) {
    const DatabaseConfig direct = config();
    postgresql::Handle handle = postgresql::connect_directly(
        postgresql::connection_parameters(direct, postgresql::read_options(direct), {}),
        direct.password, "the test's server");
    const postgresql::PostgresLockGuard guard{std::move(handle), 1, "1", "the lock", options()};
    EXPECT_TRUE(wait_until([&] { return losses_ == 1; }, 5s));
    EXPECT_FALSE(guard.held());
    EXPECT_NE(why().find("pooler"), std::string::npos) << why();
}

// A line that swallows everything, and a server that hangs, look the same: nothing comes back.
TEST_F(InstanceLockTest, a_server_that_no_longer_answers_is_noticed_within_the_bound) {
    const LockAttempt attempt = engine_->instance_lock(options(1500ms))->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    const pid_t backend = std::stoi(
        as_administrator("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND "
                         "application_name LIKE '%-lock pid=%'"));
    if (::kill(backend, SIGSTOP) != 0) {
        GTEST_SKIP() << "the server's processes cannot be reached from here";
    }
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_TRUE(wait_until([&] { return losses_ == 1; }, 5s));
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1500ms);
    EXPECT_FALSE(attempt.guard->held());
    ::kill(backend, SIGCONT);
}

TEST_F(InstanceLockTest, products_names_and_schemas_do_not_meet) {
    const LockAttempt first = engine_->instance_lock(options())->try_acquire();
    ASSERT_NE(first.guard, nullptr);
    EXPECT_NE(engine_->instance_lock({"testing-other", {}, 5s})->try_acquire().guard, nullptr);
    DatabaseConfig other = config();
    other.product = "another";
    EXPECT_NE(open(other)->instance_lock(options())->try_acquire().guard, nullptr);
    execute(*connect(), "CREATE SCHEMA own");
    DatabaseConfig in_schema = config();
    in_schema.options["schema"] = "own";
    EXPECT_NE(open(in_schema)->instance_lock(options())->try_acquire().guard, nullptr);
    in_schema.options["schema"] = "public";
    EXPECT_EQ(open(in_schema)->instance_lock(options())->try_acquire().guard, nullptr)
        << "another spelling of the same place";
}

TEST_F(InstanceLockTest, nothing_ends_its_quiet_session) {
    as_administrator("ALTER DATABASE " + config().dbname + " SET idle_session_timeout = '300ms'");
    const LockAttempt attempt = engine_->instance_lock(options(6s))->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    EXPECT_FALSE(wait_until([&] { return !attempt.guard->held(); }, 1s));
}

}  // namespace
}  // namespace enginebay::testing
