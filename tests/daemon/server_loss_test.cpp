// SPDX-License-Identifier: BSL-1.0
// A PostgreSQL server of the test's own is restarted the hard way, and one of its processes killed,
// while clients write through the daemon: it comes back by itself, says 503 meanwhile, and nothing
// it acknowledged is lost.
#include "daemon/load.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>

namespace enginebay::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class ServerLoss : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        fs::permissions(folder_.path(),
                        fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec);
        // Kept data is data that is flushed.
        const RunResult started = server({"start", "--keep", "--database", "teleclaude", "--facts",
                                          (folder_ / "facts").string()});
        if (started.exit_status != 0 && std::getenv("CI") == nullptr) {
            GTEST_SKIP() << "no server of one's own can be started: " << started.err;
        }
        ASSERT_EQ(started.exit_status, 0) << started.err;
        config_ = config();
    }
    void TearDown() override {
        if (fs::exists(folder_ / "pg")) {
            EXPECT_EQ(server({"stop", "--mode", "immediate"}).exit_status, 0);
        }
        BackendTest::TearDown();
    }

    [[nodiscard]] RunResult server(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin() + 1, (folder_ / "pg").string());
        arguments.insert(
            arguments.begin(),
            (build_path("ENGINEBAY_TEST_SOURCE_DIR") / "tests/support/postgres").string());
        return testing::run(std::move(arguments), {}, 120s);
    }

    /// The value of a line KEY=VALUE of what the server wrote about itself.
    [[nodiscard]] std::string fact(const std::string& key) const {
        std::istringstream lines{read_file(folder_ / "facts")};
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with(key + "=")) {
                return line.substr(key.size() + 1);
            }
        }
        ADD_FAILURE() << "no " << key;
        return {};
    }

    [[nodiscard]] DatabaseConfig config() const {
        DatabaseConfig config;
        config.engine = "postgresql";
        config.host = fact("HOST");
        config.port = static_cast<std::uint16_t>(std::stoi(fact("PORT")));
        config.user = fact("USER");
        config.password = fact("PASSWORD");
        config.dbname = "teleclaude";
        return config;
    }

    /// Kills one process of our server that serves the daemon: the server then ends all sessions
    /// and recovers.
    void kill_one_session() const {
        std::ifstream{fact("DATA") + "/postmaster.pid"} >> postmaster_;
        for (const fs::directory_entry& entry : fs::directory_iterator{"/proc"}) {
            const std::string pid = entry.path().filename().string();
            if (pid.find_first_not_of("0123456789") != std::string::npos) {
                continue;
            }
            std::ifstream status{entry.path() / "status"};
            std::string line;
            bool ours = false;
            while (std::getline(status, line)) {
                ours |= line == "PPid:\t" + postmaster_;
            }
            std::ifstream title{entry.path() / "cmdline"};
            std::getline(title, line);
            if (ours && line.find("enginebay teleclaude") != std::string::npos) {
                ::kill(std::stoi(pid), SIGKILL);
                ++killed_;
                return;
            }
        }
    }

    void expect_recovery(const std::function<void()>& trouble) {
        DaemonHome home{config_};
        ChildProcess daemon = home.launch_ready();
        const std::string said = put_load(home, trouble, 2500ms);
        EXPECT_TRUE(wait_until([&] { return home.request("/health").status == 200; }, patience))
            << home.request("/health").body << daemon.err();
        expect_nothing_lost(home, 20);
        expect_all_answered(said);
        EXPECT_EQ(end(daemon), 0) << daemon.err();
        expect_declared_schema(config_);
    }

    TemporaryFolder folder_;
    DatabaseConfig config_;
    mutable std::string postmaster_;
    mutable int killed_{0};
};

TEST_F(ServerLoss, a_server_that_is_restarted_under_load_costs_no_acknowledged_write) {
    int restarts = 0;
    expect_recovery([&] {
        ASSERT_EQ(server({"restart", "--mode", "immediate"}).exit_status, 0);
        ++restarts;
    });
    EXPECT_GT(restarts, 0);
}

TEST_F(ServerLoss, a_session_killed_in_the_server_costs_no_acknowledged_write) {
    expect_recovery([&] { kill_one_session(); });
    EXPECT_GT(killed_, 0);
}

}  // namespace
}  // namespace enginebay::testing
