// SPDX-License-Identifier: BSL-1.0
// What stops a start: one clear message, the right status, no password anywhere.
#include "daemon/running_daemon.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class DaemonRefusal : public BackendTest {
protected:
    // On these a database that is missing must not be made.
    static RunResult check_only(const DatabaseConfig& config) {
        const DaemonHome home{config};
        write_file(home.folder() / "teleclaude.yml", "migrations: {on_start: check}\n");
        return home.run();
    }
};

TEST_F(DaemonRefusal, access_refused) {
    const TestDatabase database = create_database();
    const DatabaseConfig config = backend().forbidden(database);
    const RunResult result = DaemonHome{config}.run();
    EXPECT_EQ(result.exit_status, 77) << result.err;
    EXPECT_THAT(result.err, StartsWith("teleclauded: "));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    if (!config.password.empty()) {
        EXPECT_THAT(result.err, Not(HasSubstr(config.password)));
    }
}

TEST_F(DaemonRefusal, nothing_answers) {
    const TestDatabase database = create_database();
    const RunResult result = DaemonHome{backend().unreachable(database)}.run();
    EXPECT_EQ(result.exit_status, 69) << result.err;
    EXPECT_THAT(result.err, StartsWith("teleclauded: "));
}

TEST_F(DaemonRefusal, no_such_database) {
    const TestDatabase database = create_database();
    const DatabaseConfig config = backend().missing(database);
    const RunResult result = check_only(config);
    EXPECT_EQ(result.exit_status, 69) << result.err;
    EXPECT_THAT(result.err, HasSubstr(config.path.empty() ? config.dbname : config.path));
    EXPECT_TRUE(config.path.empty() || !std::filesystem::exists(config.path));
}

TEST_F(DaemonRefusal, an_option_that_the_backend_does_not_have_is_shown_where_it_stands) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    write_file(home.folder() / "teleclaude.yml", "database:\n  options:\n    no_such_option: 1\n");
    const RunResult result = home.run();
    EXPECT_EQ(result.exit_status, 78) << result.err;
    EXPECT_THAT(result.err, HasSubstr("teleclaude.yml:3:21: database.options.no_such_option: "));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_F(DaemonRefusal, pending_migrations_where_only_looking_is_wanted) {
    const TestDatabase database = create_database();
    backend().tamper(database, "CREATE TABLE somebody_elses (id INTEGER)");
    const RunResult result = check_only(database);
    EXPECT_EQ(result.exit_status, 65) << result.err;
    EXPECT_THAT(result.err, HasSubstr("pending 0001_baseline"));
    EXPECT_THAT(result.err, HasSubstr("enginebay upgrade"));
}

TEST_F(DaemonRefusal, a_password_is_never_shown) {
    const TestDatabase database = create_database();
    const std::string password = database.config().password;
    DaemonHome home{database};
    home.environment.erase("TELECLAUDE_DB_PASSWORD");
    home.environment["TELECLAUDE_LOG_LEVEL"] = "trace";
    write_file(home.folder() / "teleclaude.yml", database.yaml());
    ChildProcess daemon = home.launch_ready();
    const std::string command_line =
        read_file("/proc/" + std::to_string(daemon.pid()) + "/cmdline");
    EXPECT_THAT(command_line, HasSubstr("teleclauded"));
    EXPECT_EQ(home.request("/health").status, 200);
    EXPECT_EQ(end(daemon), 0);
    if (!password.empty()) {
        EXPECT_THAT(daemon.out() + daemon.err() + command_line, Not(HasSubstr(password)));
    }
}

TEST_F(DaemonRefusal, a_revision_that_waits_for_a_decision) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ASSERT_EQ(home.run({"--check"}).exit_status, 0);
    std::filesystem::copy(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations",
                          home.folder() / "migrations", std::filesystem::copy_options::recursive);
    write_file(home.folder() / "teleclaude.yml", "migrations: {path: migrations}\n");
    ASSERT_EQ(home.run({"--check"}).exit_status, 0);
    const std::filesystem::path versions = home.folder() / "migrations/versions";
    std::string last;
    for (const auto& entry : std::filesystem::directory_iterator{versions}) {
        last = std::max(last, entry.path().stem().string());
    }
    write_file(versions / "9999_open.yaml", "revision: 9999_open\nparents: [" + last +
                                                "]\nmessage: m\nupgrade:\n"
                                                "  # DECIDE: every row is lost.\n"
                                                "  - drop_table: {table: voice_assignments}\n"
                                                "irreversible: a test\n");
    const RunResult result = home.run();
    EXPECT_EQ(result.exit_status, 65) << result.err;
    EXPECT_THAT(result.err, HasSubstr("9999_open.yaml:5: revision '9999_open' waits for a "
                                      "decision, \"every row is lost.\"; decide, "));
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
    std::filesystem::remove(versions / "9999_open.yaml");
    EXPECT_EQ(home.run({"--check"}).exit_status, 0) << "nothing was changed";
}

TEST_F(DaemonRefusal, an_unknown_revision) {
    const TestDatabase database = create_database();
    ASSERT_EQ(DaemonHome{database}.run({"--check"}).exit_status, 0);
    backend().tamper(database,
                     "UPDATE enginebay_revision SET revision = '0099_from_tomorrow' "
                     "WHERE revision = (SELECT max(revision) FROM enginebay_revision)");
    const RunResult result = DaemonHome{database}.run();
    EXPECT_EQ(result.exit_status, 65) << result.err;
    EXPECT_THAT(result.err, HasSubstr("0099_from_tomorrow"));
}

}  // namespace
}  // namespace enginebay::testing
