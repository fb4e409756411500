// SPDX-License-Identifier: BSL-1.0
// Getting a connection: passwords, settings, what is read back, why it failed.
#include "fixture.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace enginebay::testing {
namespace {

class ConnectTest : public PostgresTest {
protected:
    /// A role of its own with this password; dropped at the end.
    DatabaseConfig role_with(const std::string& password) {
        role_ = "role_" + config().dbname;
        as_administrator("CREATE ROLE " + role_ + " LOGIN PASSWORD E" + escaped(password));
        DatabaseConfig as_role = config();
        as_role.user = role_;
        as_role.password = password;
        return as_role;
    }
    void TearDown() override {
        if (!role_.empty()) {
            as_administrator("DROP ROLE " + role_);
        }
    }

private:
    static std::string escaped(const std::string& text) {
        std::string literal = "'";
        for (const char c : text) {
            literal += c == '\'' || c == '\\' ? std::string{'\\', c} : std::string{c};
        }
        return literal + "'";
    }
    std::string role_;
};

std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry :
         std::filesystem::directory_iterator{"/proc/self/fd"}) {
        ++count;
    }
    return count;
}

TEST_F(ConnectTest, takes_any_password) {
    const std::string password = "a b  'c' \"d\" \\e :f %g =h; \t\xc3\xbc$";
    const DatabaseConfig as_role = role_with(password);
    const auto connection = open(as_role)->connect(Access::read_write);
    EXPECT_EQ(ask(*connection, "SELECT current_user::text"), as_role.user);
}

TEST_F(ConnectTest, a_password_reaches_no_place_others_can_read) {
    const std::string password = "very-secret-4711 with spaces";
    const DatabaseConfig as_role = role_with(password);
    const auto engine = open(as_role);
    const auto connection = engine->connect(Access::read_write);
    for (const char* file : {"/proc/self/cmdline", "/proc/self/environ"}) {
        EXPECT_EQ(read_file(file).find("4711"), std::string::npos) << file;
    }
    EXPECT_EQ(engine->location().find("4711"), std::string::npos);
    for (const auto& entry : std::filesystem::directory_iterator{"/proc/self/fd"}) {
        std::error_code gone;
        const std::string target = std::filesystem::read_symlink(entry, gone).string();
        EXPECT_EQ(target.find("memfd:passfile"), std::string::npos)
            << "the passfile is closed again";
    }
    DatabaseConfig wrong = as_role;
    wrong.password += "4712";
    EXPECT_EQ(
        std::string{error_of([&] { open(wrong)->connect(Access::create); }).what()}.find("4711"),
        std::string::npos);
}

TEST_F(ConnectTest, the_configured_password_comes_before_the_environment_s) {
    ::setenv("PGPASSWORD", "not this one", 1);
    const auto connection = open(config())->connect(Access::create);
    ::unsetenv("PGPASSWORD");
    EXPECT_EQ(ask(*connection, "SELECT 1"), "1");
}

TEST_F(ConnectTest, without_a_password_libpq_s_own_ways_work) {
    DatabaseConfig bare = config();
    ::setenv("PGPASSWORD", bare.password.c_str(), 1);
    bare.password.clear();
    const auto connection = open(bare)->connect(Access::create);
    ::unsetenv("PGPASSWORD");
    EXPECT_EQ(ask(*connection, "SELECT 1"), "1");
}

TEST_F(ConnectTest, failures_are_told_apart_and_leak_nothing_again_and_again) {
    const auto code = [&](DatabaseConfig bent) {
        return error_of([&] { open(bent)->connect(Access::create); }).code();
    };
    DatabaseConfig bad_password = config();
    bad_password.password = "wrong";
    DatabaseConfig bad_database = config();
    bad_database.dbname = "there_is_none";
    DatabaseConfig bad_host = config();
    bad_host.host = "/tmp/no-such-folder";
    DatabaseConfig refused = config();
    refused.host = "127.0.0.1";
    refused.port = 1;
    DatabaseConfig no_schema = config();
    no_schema.options["schema"] = "nowhere";
    // Poco keeps what the first one of a process left behind; from then on we look first.
    EXPECT_EQ(code(bad_password), Errc::permission);
    const std::size_t before = open_descriptors();
    for (int round = 0; round < 5; ++round) {
        EXPECT_EQ(code(bad_password), Errc::permission);
        EXPECT_EQ(code(bad_database), Errc::unreachable);
        EXPECT_EQ(code(bad_host), Errc::unreachable);
        EXPECT_EQ(code(refused), Errc::unreachable);
        EXPECT_EQ(code(no_schema), Errc::configuration);
    }
    EXPECT_EQ(open_descriptors(), before);
}

// Poco cuts its string at spaces: a setting must not swallow what stands behind it.
TEST_F(ConnectTest, every_setting_arrives) {
    DatabaseConfig set = config();
    set.options = {{"statement_timeout", "7s"},
                   {"lock_timeout", "250ms"},
                   {"application_name", "of-my-own"},
                   {"schema", "public"}};
    const auto connection = open(set)->connect(Access::read_only);
    EXPECT_EQ(ask(*connection, "SHOW statement_timeout"), "7s");
    EXPECT_EQ(ask(*connection, "SHOW lock_timeout"), "250ms");
    EXPECT_EQ(ask(*connection, "SHOW application_name"), "of-my-own");
    EXPECT_EQ(ask(*connection, "SHOW search_path"), "\"public\"");
    EXPECT_EQ(ask(*connection, "SHOW TimeZone"), "UTC");
    EXPECT_EQ(ask(*connection, "SHOW idle_in_transaction_session_timeout"), "5min");
    EXPECT_EQ(ask(*connection, "SHOW default_transaction_read_only"), "on");
    EXPECT_EQ(ask(*connection, "SHOW client_encoding"), "UTF8");
    execute(*connection, "RESET ALL");
    EXPECT_EQ(ask(*connection, "SHOW lock_timeout"), "250ms") << "RESET comes back to it";
}

// Each of these was silently something else with Poco's own connection string.
TEST_F(ConnectTest, the_database_s_own_settings_do_not_win) {
    as_administrator("ALTER DATABASE " + config().dbname + " SET TimeZone = 'Asia/Tokyo'");
    as_administrator("ALTER DATABASE " + config().dbname +
                     " SET standard_conforming_strings = off");
    const auto connection = connect();
    EXPECT_EQ(ask(*connection, "SHOW TimeZone"), "UTC");
    EXPECT_EQ(ask(*connection, "SHOW standard_conforming_strings"), "on");
}

TEST_F(ConnectTest, notices_are_not_written_to_stderr) {
    const auto connection = connect();
    ::testing::internal::CaptureStderr();
    execute(*connection, "DROP TABLE IF EXISTS there_is_none");
    execute(*connection, "DO $$ BEGIN RAISE WARNING 'look'; END $$");
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST_F(ConnectTest, a_dead_connection_leaks_no_descriptor) {
    auto first = connect();
    const std::size_t before = open_descriptors();
    for (int round = 0; round < 5; ++round) {
        auto connection = connect();
        kill(backend_of(*connection));
        EXPECT_EQ(error_of([&] { execute(*connection, "SELECT 1"); }).code(),
                  Errc::connection_lost);
    }
    EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace enginebay::testing
