// SPDX-License-Identifier: BSL-1.0
// The daemon's start and end on each backend: what it says, who keeps it off, what ends it.
#include "daemon/running_daemon.hpp"

#include <enginebay/error.hpp>

#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <thread>

namespace enginebay::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class DaemonStart : public BackendTest {};

TEST_F(DaemonStart, check_says_what_was_found_and_ends) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    const RunResult result = home.run({"--check"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const std::string where =
        backend().location() == Location::file ? database.config().path : database.config().dbname;
    EXPECT_THAT(result.out, HasSubstr("is ready"));
    EXPECT_THAT(result.out, HasSubstr("backend   " + backend().name() + " "));
    EXPECT_THAT(result.out, HasSubstr(where + "\n"));
    EXPECT_THAT(result.out, HasSubstr("revision  0003_open_sessions\n"));
    EXPECT_THAT(result.out, HasSubstr("lock      held: "));
    EXPECT_THAT(result.out, HasSubstr("socket    " + home.socket().string() + "\n"));
    EXPECT_FALSE(std::filesystem::exists(home.socket()));
}

TEST_F(DaemonStart, a_pid_file_never_replaces_anything_else) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    const std::string notes = home.folder() / "notes";
    write_file(notes, "not a process id");
    const RunResult result = home.run({"--check", "--pidfile", notes});
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_THAT(result.err, HasSubstr(notes));
    EXPECT_EQ(read_file(notes), "not a process id");
    write_file(notes, "4711\n");
    EXPECT_EQ(home.run({"--check", "--pidfile", notes}).exit_status, 0)
        << "a stale one is replaced";
}

TEST_F(DaemonStart, a_second_start_finds_nothing_to_do) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ASSERT_EQ(home.run({"--check"}).exit_status, 0);
    const RunResult second = home.run({"--check"});
    EXPECT_EQ(second.exit_status, 0) << second.err;
    EXPECT_THAT(second.err, Not(HasSubstr("migration")));
}

TEST_F(DaemonStart, answers_how_it_is) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const HttpAnswer health = home.request("/health");
    EXPECT_EQ(health.status, 200);
    EXPECT_EQ(health.body, R"({"status":"ok","engine":")" + backend().name() +
                               R"(","revision":"0003_open_sessions","lock":{"held":true}})");
    EXPECT_EQ(home.request("/ready").status, 200);
    EXPECT_EQ(end(daemon), 0);
    EXPECT_EQ(home.request("/health").status, 0);
}

TEST_F(DaemonStart, a_second_daemon_is_refused_and_told_who_holds_the_lock) {
    const TestDatabase database = create_database();
    const DaemonHome first_home{database};
    ChildProcess first = first_home.launch_ready();
    const DaemonHome second_home{database};
    const RunResult second = second_home.run();
    EXPECT_EQ(second.exit_status, 75);
    EXPECT_THAT(second.err, HasSubstr("process " + std::to_string(first.pid()) + " "));
    EXPECT_THAT(second.err, HasSubstr("teleclaude-daemon"));
    EXPECT_EQ(second.out, "");
    EXPECT_FALSE(std::filesystem::exists(second_home.socket()));
    EXPECT_EQ(first_home.request("/health").status, 200);
    EXPECT_EQ(end(first), 0);
    EXPECT_EQ(second_home.run({"--check"}).exit_status, 0);
}

TEST_F(DaemonStart, a_refused_daemon_has_touched_nothing) {
    const TestDatabase database = create_database();
    const auto engine = plugin_host().open(as_daemon(database));
    const auto lock = engine->instance_lock({"teleclaude-daemon", {}, std::chrono::seconds{5}});
    const LockAttempt attempt = lock->try_acquire();
    ASSERT_NE(attempt.guard, nullptr);
    const RunResult refused = DaemonHome{database}.run();
    EXPECT_EQ(refused.exit_status, 75) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("process " + std::to_string(::getpid()) + " "));
    // Either the database is not even there, or it holds no table of ours.
    EXPECT_THROW(engine->connect(Access::read_only)->query("SELECT 1 FROM sessions", {}).next(),
                 Error);
}

TEST_F(DaemonStart, starts_again_after_the_holder_was_killed) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    for (int round = 0; round < 3; ++round) {
        ChildProcess daemon = home.launch_ready();
        daemon.kill(SIGKILL);
        ASSERT_EQ(daemon.wait(patience), 128 + SIGKILL);
        EXPECT_TRUE(std::filesystem::exists(home.socket()));  // left behind, and replaced
    }
    EXPECT_EQ(home.run({"--check"}).exit_status, 0);
}

TEST_F(DaemonStart, each_signal_to_end_ends_it_with_0) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    for (const int signal : {SIGTERM, SIGINT, SIGQUIT}) {
        ChildProcess daemon = home.launch_ready();
        EXPECT_EQ(end(daemon, signal), 0) << signal << daemon.err();
        EXPECT_FALSE(std::filesystem::exists(home.socket()));
    }
}

TEST_F(DaemonStart, a_signal_during_the_start_leaves_nothing_half_done) {
    for (int delay = 0; delay < 60; delay += 4) {
        const TestDatabase database = create_database();
        const DaemonHome home{database};
        ChildProcess daemon = home.launch();
        std::this_thread::sleep_for(std::chrono::milliseconds{delay});
        // Before main has run a signal does what it always does: nothing was begun then.
        EXPECT_THAT(end(daemon), AnyOf(0, 128 + SIGTERM)) << daemon.err();
        const RunResult next = home.run({"--check"});
        EXPECT_EQ(next.exit_status, 0) << "after " << delay << " ms: " << next.err;
    }
}

TEST_F(DaemonStart, hangup_reads_the_log_level_again) {
    const TestDatabase database = create_database();
    DaemonHome home{database};
    const std::filesystem::path file = home.folder() / "teleclaude.yml";
    write_file(file, "log: {level: information}\n");
    ChildProcess daemon = home.launch_ready();
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_THAT(daemon.err(), Not(HasSubstr("GET /health")));
    write_file(file, "log: {level: debug}\n");
    daemon.kill(SIGHUP);
    ASSERT_TRUE(daemon.wait_for_line("read again", patience)) << daemon.err();
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_TRUE(daemon.wait_for_line("GET /health", patience)) << daemon.err();
    write_file(file, "log: {level: loud}\n");
    daemon.kill(SIGHUP);
    EXPECT_TRUE(daemon.wait_for_line("'loud' is no log level", patience)) << daemon.err();
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(DaemonStart, the_background_daemon_tells_its_caller_how_it_went) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    const std::filesystem::path file = home.folder() / "pid";
    const RunResult started = home.run({"--daemon", "--pidfile", file});
    ASSERT_EQ(started.exit_status, 0) << started.err;
    EXPECT_THAT(started.out, HasSubstr("is ready"));
    EXPECT_EQ(home.request("/health").status, 200);
    const pid_t pid = std::stoi(read_file(file));
    const RunResult second = DaemonHome{database}.run({"--daemon", "--pidfile", file});
    EXPECT_EQ(second.exit_status, 75);
    EXPECT_THAT(second.err, HasSubstr("process " + std::to_string(pid) + " "));
    EXPECT_EQ(read_file(file), std::to_string(pid) + "\n");
    ::kill(pid, SIGTERM);
    EXPECT_TRUE(wait_until([&file] { return !std::filesystem::exists(file); }, patience));
    EXPECT_TRUE(wait_until([&] { return home.run({"--check"}).exit_status == 0; }, patience));
}

/// What a service manager listens with.
class NotifySocket {
public:
    explicit NotifySocket(const std::filesystem::path& path)
        : fd_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        const timeval limit{30, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;
    ~NotifySocket() { ::close(fd_); }

    [[nodiscard]] std::string receive() const {
        std::array<char, 100> text{};
        const ssize_t size = ::recv(fd_, text.data(), text.size(), 0);
        return {text.data(), static_cast<std::size_t>(std::max<ssize_t>(size, 0))};
    }

private:
    int fd_;
};

TEST_F(DaemonStart, tells_a_service_manager) {
    const TestDatabase database = create_database();
    DaemonHome home{database};
    const NotifySocket manager{home.folder() / "notify"};
    home.environment["NOTIFY_SOCKET"] = home.folder() / "notify";
    ChildProcess daemon = home.launch_ready();
    EXPECT_EQ(manager.receive(), "READY=1");
    EXPECT_EQ(end(daemon), 0);
    EXPECT_EQ(manager.receive(), "STOPPING=1");
}

}  // namespace
}  // namespace enginebay::testing
