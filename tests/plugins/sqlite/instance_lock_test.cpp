// SPDX-License-Identifier: BSL-1.0
// The lock files: where they are, what is in them, who else sees them, what happens to them.
#include "fixture.hpp"
#include "support/child_process.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <filesystem>

namespace enginebay::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr const char* daemon_lock = "testing-daemon";

class InstanceLockTest : public SqliteTest {
protected:
    static LockAttempt acquire(Engine& engine, const std::string& name = daemon_lock) {
        LockOptions options;
        options.name = name;
        options.loss_bound = 100ms;
        return engine.instance_lock(options)->try_acquire();
    }
    std::string lock_file() const { return path_ + ".lock"; }
    std::string pid_file() const { return folder_ / "testing.pid"; }
};

// A child made by fork alone that runs `work` and waits to be killed.
class ForkedChild {
public:
    template <class Work>
    explicit ForkedChild(const Work& work) : pid_{::fork()} {
        if (pid_ == 0) {
            work();
            ::pause();
            ::_exit(0);
        }
    }
    ForkedChild(const ForkedChild&) = delete;
    ForkedChild& operator=(const ForkedChild&) = delete;
    ~ForkedChild() { kill(); }
    pid_t pid() const { return pid_; }
    void kill() {
        if (pid_ > 0) {
            ::kill(pid_, SIGKILL);
            ::waitpid(pid_, nullptr, 0);
            pid_ = 0;
        }
    }

private:
    pid_t pid_;
};

// What a program that knows nothing of us does with a file.
class ForeignLock {
public:
    explicit ForeignLock(const std::string& path)
        : descriptor_{::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644)} {
        locked_ = ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
    }
    ~ForeignLock() { ::close(descriptor_); }
    ForeignLock(const ForeignLock&) = delete;
    ForeignLock& operator=(const ForeignLock&) = delete;
    bool locked() const { return locked_; }
    void write(const std::string& content) const {
        EXPECT_EQ(::ftruncate(descriptor_, 0), 0);
        EXPECT_EQ(::write(descriptor_, content.data(), content.size()),
                  static_cast<ssize_t>(content.size()));
    }

private:
    int descriptor_;
    bool locked_{false};
};

TEST_F(InstanceLockTest, both_files_are_locked_and_say_who) {
    const LockAttempt attempt = acquire(*engine_);
    ASSERT_NE(attempt.guard, nullptr);
    const std::string pid = std::to_string(::getpid());
    EXPECT_THAT(read_file(lock_file()), HasSubstr("pid=" + pid + "\n"));
    EXPECT_THAT(read_file(lock_file()), HasSubstr("\nhost="));
    EXPECT_THAT(read_file(lock_file()), HasSubstr("\nsince=20"));
    EXPECT_EQ(read_file(pid_file()), pid) << "the older daemon's format: no newline";
    EXPECT_FALSE(ForeignLock{lock_file()}.locked());
    EXPECT_FALSE(ForeignLock{pid_file()}.locked());
    struct stat status{};
    ASSERT_EQ(::stat(lock_file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0022U, 0U);
    EXPECT_THAT(attempt.guard->describe(), HasSubstr(lock_file()));
}

TEST_F(InstanceLockTest, the_files_stay_and_are_free_after_the_release) {
    acquire(*engine_).guard.reset();
    EXPECT_TRUE(fs::exists(lock_file()));
    EXPECT_TRUE(fs::exists(pid_file()));
    EXPECT_TRUE(ForeignLock{lock_file()}.locked());
    EXPECT_TRUE(ForeignLock{pid_file()}.locked());
}

TEST_F(InstanceLockTest, the_older_daemon_keeps_us_out) {
    const ForeignLock older{pid_file()};
    ASSERT_TRUE(older.locked());
    older.write("4711");
    const LockAttempt attempt = acquire(*engine_);
    EXPECT_EQ(attempt.guard, nullptr);
    EXPECT_EQ(attempt.holder.pid, 4711);
    EXPECT_EQ(attempt.holder.what, pid_file());
    EXPECT_TRUE(ForeignLock{lock_file()}.locked()) << "the other file is given back";
    EXPECT_EQ(engine_->instance_lock({daemon_lock, {}, 1s})->holder().pid, 4711);
}

TEST_F(InstanceLockTest, asking_for_the_holder_makes_nothing) {
    EXPECT_EQ(engine_->instance_lock({daemon_lock, {}, 1s})->holder().what, "");
    EXPECT_TRUE(fs::is_empty(folder_.path()));
}

TEST_F(InstanceLockTest, stale_files_do_not_count) {
    write_file(lock_file(), "pid=1\nhost=elsewhere\n");
    write_file(pid_file(), "1");
    EXPECT_EQ(engine_->instance_lock({daemon_lock, {}, 1s})->holder().pid, 0);
    EXPECT_NE(acquire(*engine_).guard, nullptr);
}

TEST_F(InstanceLockTest, every_spelling_of_the_path_meets) {
    fs::create_directory(folder_ / "sub");
    fs::create_directory_symlink(folder_.path(), folder_ / "loop");
    fs::create_symlink("../test.db", folder_ / "sub/link.db");
    const LockAttempt attempt = acquire(*engine_);
    ASSERT_NE(attempt.guard, nullptr);
    for (const char* other :
         {"loop/test.db", "sub/../test.db", "sub/link.db", "loop/sub/link.db"}) {
        EXPECT_EQ(acquire(*open_sqlite(folder_ / other)).guard, nullptr) << other;
    }
    EXPECT_NE(acquire(*open_sqlite(folder_ / "other.db", {{"lock_file", "none"}})).guard, nullptr);
}

TEST_F(InstanceLockTest, the_option_names_another_second_file_or_none) {
    {
        const auto guard =
            acquire(*open_sqlite(path_, {{"lock_file", folder_ / "other.pid"}})).guard;
        EXPECT_FALSE(ForeignLock{folder_ / "other.pid"}.locked());
        EXPECT_FALSE(fs::exists(pid_file()));
    }
    const auto guard = acquire(*open_sqlite(path_, {{"lock_file", "none"}})).guard;
    EXPECT_NE(guard, nullptr);
    EXPECT_FALSE(fs::exists(pid_file()));
    EXPECT_FALSE(fs::exists(folder_ / "none"));
}

TEST_F(InstanceLockTest, a_replaced_file_is_a_loss_that_is_told_once) {
    for (const std::string& file : {lock_file(), pid_file()}) {
        std::atomic<int> losses{0};
        LockOptions options;
        options.name = daemon_lock;
        options.loss_bound = 100ms;
        options.on_loss = [&](const std::string& why) {
            EXPECT_THAT(why, HasSubstr(file));
            ++losses;
        };
        const LockAttempt attempt = engine_->instance_lock(options)->try_acquire();
        ASSERT_NE(attempt.guard, nullptr);
        std::this_thread::sleep_for(150ms);
        EXPECT_TRUE(attempt.guard->held());
        fs::remove(file);
        write_file(file, "");
        EXPECT_TRUE(wait_until([&] { return losses > 0; }, 1s));
        std::this_thread::sleep_for(150ms);
        EXPECT_EQ(losses, 1);
        EXPECT_FALSE(attempt.guard->held());
    }
}

TEST_F(InstanceLockTest, a_link_in_the_place_of_the_file_is_not_followed) {
    write_file(folder_ / "precious", "content");
    fs::create_symlink("precious", lock_file());
    EXPECT_EQ(error_of([&] { acquire(*engine_); }).code(), Errc::permission);
    EXPECT_EQ(read_file(folder_ / "precious"), "content");
}

TEST_F(InstanceLockTest, the_database_is_not_made_by_locking) {
    EXPECT_NE(acquire(*engine_).guard, nullptr);
    EXPECT_FALSE(fs::exists(path_));
}

TEST_F(InstanceLockTest, a_killed_process_holds_nothing) {
    ForkedChild child{[&] {
        static const LockAttempt attempt = acquire(*engine_);
        write_file(folder_ / "ready", attempt.guard != nullptr ? "yes" : "no");
    }};
    ASSERT_TRUE(wait_until([&] { return fs::exists(folder_ / "ready"); }, 5s));
    const LockAttempt refused = acquire(*engine_);
    EXPECT_EQ(refused.guard, nullptr);
    EXPECT_EQ(refused.holder.pid, child.pid());
    child.kill();
    EXPECT_NE(acquire(*engine_).guard, nullptr);
}

// A child made by fork alone shares the descriptors; the lock still ends when its owner says so.
TEST_F(InstanceLockTest, a_forked_child_neither_keeps_nor_releases_it) {
    LockAttempt attempt = acquire(*engine_);
    ASSERT_NE(attempt.guard, nullptr);
    const ForkedChild child{[&] {
        attempt.guard.reset();
        write_file(folder_ / "ready", "");
    }};
    ASSERT_TRUE(wait_until([&] { return fs::exists(folder_ / "ready"); }, 5s));
    EXPECT_FALSE(ForeignLock{lock_file()}.locked()) << "the child released nothing";
    attempt.guard.reset();
    EXPECT_TRUE(ForeignLock{lock_file()}.locked()) << "the child keeps nothing";
}

TEST_F(InstanceLockTest, other_names_are_other_locks) {
    const auto guard = acquire(*engine_).guard;
    const auto other = acquire(*engine_, "job/one").guard;
    EXPECT_NE(other, nullptr);
    EXPECT_EQ(acquire(*engine_, "job/one").guard, nullptr);
}

TEST_F(InstanceLockTest, a_database_in_memory_is_always_ours) {
    const auto engine = open_sqlite(":memory:");
    EXPECT_TRUE(acquire(*engine).guard->held());
    EXPECT_EQ(engine->instance_lock({daemon_lock, {}, 1s})->holder().pid, 0);
}

TEST_F(InstanceLockTest, a_folder_that_cannot_be_written_is_a_permission) {
    const Unprivileged nobody{folder_.path()};
    EXPECT_EQ(error_of([&] { acquire(*engine_); }).code(), Errc::permission);
}

// Locking writes into the file. Whatever it may be told to lock, nothing of value is written over.
TEST_F(InstanceLockTest, what_is_no_lock_file_is_refused_and_kept) {
    connect()->execute("CREATE TABLE kept (id INTEGER)", {});
    const std::string foreign = folder_ / "notes.txt";
    write_file(foreign, "pid or not, these are notes");
    fs::create_directory(folder_ / "folder");
    ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
    const std::string before = read_file(path_);
    for (const std::string& name :
         {path_, std::string{"test.db"}, std::string{"./test.db"},
          "../" + folder_.path().filename().string() + "/test.db", path_ + "-wal", path_ + "-shm",
          path_ + "-journal", path_ + ".lock", foreign, std::string{"folder"}, std::string{"fifo"},
          std::string{"."}, std::string{"/dev/null"}}) {
        const auto engine = open_sqlite(path_, {{"lock_file", name}});
        const Error error = error_of([&] { acquire(*engine); });
        EXPECT_EQ(error.code(), Errc::configuration) << name << ": " << error.what();
    }
    EXPECT_EQ(read_file(path_), before);
    EXPECT_EQ(read_file(foreign), "pid or not, these are notes");
}

TEST_F(InstanceLockTest, a_database_named_like_the_pid_file_is_kept) {
    const std::string database = folder_ / "testing.pid";
    const auto engine = open_sqlite(database);
    engine->connect(Access::create)->execute("CREATE TABLE kept (id INTEGER)", {});
    const std::string before = read_file(database);
    EXPECT_EQ(error_of([&] { acquire(*engine); }).code(), Errc::configuration);
    EXPECT_EQ(error_of([&] { acquire(*engine_); }).code(), Errc::configuration)
        << "another database's lock in the same folder";
    EXPECT_EQ(read_file(database), before);
}

TEST_F(InstanceLockTest, makes_the_folder_of_a_database_that_is_still_to_be_made) {
    const auto engine = open_sqlite(folder_ / "new/deep/t.db");
    EXPECT_NE(acquire(*engine).guard, nullptr);
}

TEST_F(InstanceLockTest, records_of_either_daemon_are_taken_over) {
    for (const char* content : {"", "4711", "4711\n", "pid=4711\nhost=h\nsince=s\n"}) {
        write_file(pid_file(), content);
        EXPECT_NE(acquire(*engine_).guard, nullptr) << content;
    }
}

}  // namespace
}  // namespace enginebay::testing
