// SPDX-License-Identifier: BSL-1.0
// The daemon on PostgreSQL, seen from the server: what reaches its log, and a difficult password.
#include "daemon/running_daemon.hpp"
#include "support/postgres_server.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <thread>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DaemonOnPostgresql : public BackendTest {};

// The lines of the server's log that stand for `database`.
std::string server_log(const std::string& database) {
    const char* facts = std::getenv("ENGINEBAY_TEST_POSTGRES_ENV");
    std::istringstream lines{facts == nullptr ? "" : read_file(facts)};
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with("LOG=")) {
            const std::string log = read_file(line.substr(4));
            const std::size_t begin = log.find("begin of " + database);
            return begin == std::string::npos ? "" : log.substr(begin);
        }
    }
    return {};
}

TEST_F(DaemonOnPostgresql, no_statement_of_another_backend_reaches_the_server) {
    const TestDatabase database = create_database();
    const std::string& name = database.config().dbname;
    backend().tamper(database, "ALTER DATABASE " + name + " SET log_statement = 'all'");
    backend().tamper(database, "SELECT 'begin of " + name + "'");
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_EQ(end(daemon), 0);
    const std::string log = server_log(name);
    if (log.empty()) {
        GTEST_SKIP()
            << "the server's log cannot be read here: ENGINEBAY_TEST_POSTGRES_ENV names none";
    }
    EXPECT_THAT(log, HasSubstr("CREATE TABLE"));  // it is the log of this start
    for (const std::string foreign : {"PRAGMA", "pragma", "sqlite", "BEGIN IMMEDIATE"}) {
        EXPECT_THAT(log, Not(HasSubstr(foreign)));
    }
    EXPECT_THAT(log, Not(HasSubstr(database.config().password)));
}

TEST_F(DaemonOnPostgresql, a_password_may_hold_spaces_quotes_and_everything_else) {
    const std::string password = "a b'c\"d\\e=f %41 $HOME #:@/\xC3\xA9";
    const TestDatabase database = create_database();
    DatabaseConfig config = database.config();
    config.user = config.dbname + "_role";
    config.password = password;
    backend().tamper(
        database, "CREATE ROLE " + config.user + " LOGIN PASSWORD " + postgres_literal(password));
    backend().tamper(database, "GRANT CREATE ON DATABASE " + config.dbname + " TO " + config.user);
    backend().tamper(database, "GRANT CREATE ON SCHEMA public TO " + config.user);
    {
        DaemonHome home{config};
        home.environment["TELECLAUDE_LOG_LEVEL"] = "trace";
        ChildProcess daemon = home.launch_ready();
        EXPECT_THAT(read_file("/proc/" + std::to_string(daemon.pid()) + "/cmdline"),
                    Not(HasSubstr("a b")));
        EXPECT_EQ(home.request("/health").status, 200);
        EXPECT_EQ(end(daemon), 0);
        EXPECT_THAT(daemon.out() + daemon.err(), Not(HasSubstr("a b'c")));
    }
    {
        DaemonHome home{config};
        home.environment["TELECLAUDE_DB_PASSWORD"] = password + "x";
        const RunResult wrong = home.run();
        EXPECT_EQ(wrong.exit_status, 77) << wrong.err;
        EXPECT_THAT(wrong.out + wrong.err, Not(HasSubstr("a b'c")));
    }
    backend().tamper(database, "DROP OWNED BY " + config.user);
    backend().tamper(database, "DROP ROLE " + config.user);
}

// A login is half of what a hook receiver takes, which works beside the daemon.
TEST_F(DaemonOnPostgresql, a_hook_receiver_logs_in_once) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ASSERT_EQ(home.run({"--check"}).exit_status, 0);
    const auto server = PostgresServer::find();
    ASSERT_TRUE(server);
    // The server counts a login when its session has time or ends.
    const auto logins = [&] {
        std::this_thread::sleep_for(std::chrono::seconds{1});
        return std::stoi(server->run(
            "postgres", "SELECT sessions::text FROM pg_stat_database WHERE datname = '" +
                            database.config().dbname + "'"));
    };
    const int before = logins();
    const RunResult received = testing::run({program("teleclaude_load"), "--receive"},
                                            home.environment, patience, home.folder());
    EXPECT_EQ(received.exit_status, 0) << received.err;
    EXPECT_EQ(logins() - before, 1);
}

TEST_F(DaemonOnPostgresql, a_server_that_ends_its_sessions_is_met_again) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    EXPECT_EQ(home.request("/health").status, 200);
    ASSERT_TRUE(backend().kill_connections(database));
    EXPECT_TRUE(wait_until([&] { return home.request("/health").status == 200; }, patience))
        << home.request("/health").body << daemon.err();
    EXPECT_EQ(end(daemon), 0);
}

}  // namespace
}  // namespace enginebay::testing
