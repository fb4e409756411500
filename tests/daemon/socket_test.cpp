// SPDX-License-Identifier: BSL-1.0
// The daemon's socket: whose place it takes, with which rights, and who can starve it.
#include "daemon/raw_socket.hpp"
#include "daemon/running_daemon.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;

class DaemonSocket : public BackendTest {};

TEST_F(DaemonSocket, is_for_owner_and_group) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready({"--umask", "077"});
    struct stat facts{};
    ASSERT_EQ(::lstat(home.socket().c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 07777U, 0660U);
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(DaemonSocket, replaces_one_that_nobody_answers_at) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    { ASSERT_TRUE(Socket{}.bind(home.socket())); }
    ChildProcess daemon = home.launch_ready();
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(DaemonSocket, leaves_one_alone_that_somebody_answers_at) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    Socket other;
    ASSERT_TRUE(other.bind(home.socket()) && other.listen());
    const RunResult result = home.run();
    EXPECT_EQ(result.exit_status, 75);
    EXPECT_THAT(result.err, HasSubstr(home.socket().string() + ": another program answers"));
    EXPECT_TRUE(Socket{}.connect(home.socket()));
}

TEST_F(DaemonSocket, leaves_a_file_alone_that_is_no_socket) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    write_file(home.socket(), "precious");
    const RunResult result = home.run();
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_THAT(result.err, HasSubstr(home.socket().string()));
    EXPECT_EQ(read_file(home.socket()), "precious");
}

TEST_F(DaemonSocket, is_not_removed_where_another_has_taken_its_place) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    std::filesystem::remove(home.socket());
    write_file(home.socket(), "precious");
    EXPECT_EQ(end(daemon), 0);
    EXPECT_EQ(read_file(home.socket()), "precious");
}

TEST_F(DaemonSocket, a_path_that_is_too_long_is_refused) {
    const TestDatabase database = create_database();
    const RunResult result =
        DaemonHome{database}.run({"--socket", "/tmp/" + std::string(103, 'x')});
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_THAT(result.err, HasSubstr("108 bytes"));
}

TEST_F(DaemonSocket, is_where_the_configuration_says) {
    const TestDatabase database = create_database();
    DaemonHome home{database};
    home.environment.erase("TELECLAUDE_SOCKET");
    home.environment["XDG_RUNTIME_DIR"] = home.folder();
    EXPECT_THAT(home.run({"--check"}).out,
                HasSubstr((home.folder() / "teleclauded.sock").string()));
    write_file(home.folder() / "teleclaude.yml", "api: {socket: '${WORKING_DIR}/own'}\n");
    EXPECT_THAT(home.run({"--check"}).out, HasSubstr((home.folder() / "own").string() + "\n"));
    home.environment["TELECLAUDE_SOCKET"] = home.folder() / "environment";
    EXPECT_THAT(home.run({"--check"}).out, HasSubstr((home.folder() / "environment").string()));
    EXPECT_THAT(home.run({"--check", "--socket", "argument"}).out,
                HasSubstr((home.folder() / "argument").string()));
}

TEST_F(DaemonSocket, says_what_it_does_not_know) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    const HttpAnswer unknown = home.request("/nothing?x=1");
    EXPECT_EQ(unknown.status, 404);
    EXPECT_EQ(unknown.body, R"({"error":{"code":"not_found","message":"there is no /nothing"}})");
    const HttpAnswer wrong = home.request("/health", "DELETE");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.allow, "GET, HEAD");
    EXPECT_THAT(wrong.body, HasSubstr("method_not_allowed"));
    Socket bare;
    ASSERT_TRUE(bare.connect(home.socket()) &&
                bare.send("POST /health HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_THAT(bare.read_answer(), HasSubstr(" 405 ")) << "without a length there is no body";
    Socket broken;
    ASSERT_TRUE(broken.connect(home.socket()) && broken.send("\x16\x03\x01nonsense\r\n\r\n"));
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(DaemonSocket, idle_and_slow_clients_do_not_starve_it) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    std::vector<Socket> clients;
    const auto add = [&](int count, std::string_view text) {
        for (int i = 0; i < count; ++i) {
            Socket client;
            ASSERT_TRUE(client.connect(home.socket()));
            ASSERT_TRUE(text.empty() || client.send(text));
            clients.push_back(std::move(client));
        }
    };
    add(200, "");                                                    // says nothing
    add(100, "GET /health HTTP/1.1\r\nHost: lo");                    // stops in the head
    add(100, "POST /v1/x HTTP/1.1\r\nContent-Length: 99\r\n\r\na");  // stops in the body
    for (int i = 0; i < 5; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(home.request("/health").status, 200);
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{2});
    }
    // Nor do they hold up the end: what has not asked is closed, what asks slowly is let go.
    clients.clear();
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(DaemonSocket, a_thousand_idle_clients_are_cut_early_and_cost_the_others_nothing) {
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    descriptors.rlim_cur = std::min<rlim_t>(descriptors.rlim_max, 4096);
    if (::setrlimit(RLIMIT_NOFILE, &descriptors) != 0 || descriptors.rlim_cur < 1200) {
        GTEST_SKIP() << "this process may not have so many descriptors";
    }
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    std::vector<Socket> clients(1000);
    for (Socket& client : clients) {
        ASSERT_TRUE(client.connect(home.socket()));
    }
    // The quickest of ten: what is measured is the daemon, not what else the machine does.
    auto quickest = std::chrono::steady_clock::duration::max();
    for (int i = 0; i < 10; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(home.request("/health").status, 200);
        quickest = std::min(quickest, std::chrono::steady_clock::now() - begin);
    }
    EXPECT_LT(quickest, std::chrono::milliseconds{100});
    EXPECT_EQ(clients.front().read_some(), "") << "the oldest was closed";
    EXPECT_TRUE(clients.back().send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"));
    EXPECT_THAT(clients.back().read_answer(), HasSubstr(" 200 ")) << "the youngest is served";
    EXPECT_EQ(home.request("/v1/settings/none").status, 404);
    clients.clear();
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(DaemonSocket, a_client_that_stops_in_its_request_does_not_hold_up_the_end) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    Socket slow;
    ASSERT_TRUE(slow.connect(home.socket()) &&
                slow.send("POST /v1/x HTTP/1.1\r\nContent-Length: 99\r\n\r\na"));
    EXPECT_EQ(home.request("/health").status, 200);
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(end(daemon), 0) << daemon.err();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{8});
}

TEST_F(DaemonSocket, a_second_signal_ends_the_drain) {
    const TestDatabase database = create_database();
    DaemonHome home{database};
    // Threads that still run at the end are the point here, no leak.
    const char* sanitizer = std::getenv("TSAN_OPTIONS");
    home.environment["TSAN_OPTIONS"] =
        std::string{sanitizer == nullptr ? "" : sanitizer} + ":report_thread_leaks=0";
    ChildProcess daemon = home.launch_ready();
    Socket slow;
    ASSERT_TRUE(slow.connect(home.socket()) &&
                slow.send("POST /v1/x HTTP/1.1\r\nContent-Length: 99\r\n\r\na"));
    EXPECT_EQ(home.request("/health").status, 200);
    daemon.kill(SIGTERM);
    ASSERT_TRUE(daemon.wait_for_line("ending: SIGTERM", patience));
    const auto second = std::chrono::steady_clock::now();
    daemon.kill(SIGTERM);
    EXPECT_THAT(daemon.wait(patience), ::testing::Optional(75)) << daemon.err();
    EXPECT_LT(std::chrono::steady_clock::now() - second, std::chrono::seconds{5});
    EXPECT_EQ(home.run({"--check"}).exit_status, 0);
}

}  // namespace
}  // namespace enginebay::testing
