// SPDX-License-Identifier: BSL-1.0
// Settings: passwords get in, and out nowhere.
#include "core/settings_fixture.hpp"

#include <sys/stat.h>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SecretsTest : public SettingsTest {
protected:
    std::filesystem::path secret_file(std::string_view content, mode_t mode = 0600) const {
        const std::filesystem::path path = folder / "here/secret";
        write_file(path, content);
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
};

TEST_F(SecretsTest, a_password_is_shown_as_stars) {
    const Settings settings =
        load("database: {password: hunter2, options: {api_token: hunter2}}\n");
    EXPECT_EQ(settings.database.password, "hunter2");
    EXPECT_EQ(origin(settings, "database.password")->value, "***");
    EXPECT_EQ(origin(settings, "database.options.api_token")->value, "***");
    for (const Setting& setting : settings.origins) {
        EXPECT_THAT(setting.value, Not(HasSubstr("hunter2")));
    }
}

TEST_F(SecretsTest, no_error_about_a_password_contains_it) {
    for (const char* yaml :
         {"database: {password: [hunter2]}\n", "database: {password: \"hunter2\\n\"}\n",
          "database: {password: \"hunter2\\0\"}\n", "database: {password: 'hunter2${'}\n",
          "database: {password: 'x${hunter2}y'}\n", "database: {password: '${a hunter2}'}\n",
          "database: {password: 'hunter2}\n", "database: {password: !x hunter2}\n",
          "database: {password: hunter2, password: hunter2}\n",
          "database: {password: hunter2, password_file: a}\n",
          "database: engine://me:hunter2@host\n", "database: {passwrod: hunter2}\n",
          "database: {password: hunter2\n", "database: {password: hunter2}}\n",
          "database:\n  password: hunter2: a\n", "database: {port: hunter2}\n",
          "database: {engine: 'x://hunter2'}\n", "database: {pool: {timeout: hunter2}}\n",
          "migrations: {on_start: hunter2}\n"}) {
        SCOPED_TRACE(yaml);
        const Error error = failure(yaml);
        EXPECT_EQ(error.code(), Errc::configuration);
        EXPECT_THAT(error.what(), Not(HasSubstr("hunter2")));
        EXPECT_THAT(error.where(), Not(HasSubstr("hunter2")));
        EXPECT_THAT(error.object(), Not(HasSubstr("hunter2")));
    }
    source.environment["BAY_DB_PASSWORD"] = "hunter2\n";
    EXPECT_THAT(failure("").what(), Not(HasSubstr("hunter2")));
}

TEST_F(SecretsTest, the_variable_a_password_comes_from_is_named_when_it_is_unset) {
    EXPECT_THAT(failure("database: {password: '${DB_SECRET}'}\n").what(),
                HasSubstr("DB_SECRET is not set"));
}

TEST_F(SecretsTest, what_a_variable_holds_is_taken_as_it_is) {
    source.environment["DB_SECRET"] = "a${b}$$ \"'";
    EXPECT_EQ(load("database: {password: '${DB_SECRET}'}\n").database.password, "a${b}$$ \"'");
}

TEST_F(SecretsTest, a_password_on_the_command_line_is_refused) {
    source.command_line["database.password"] = "hunter2";
    EXPECT_EQ(failure().code(), Errc::usage);
    EXPECT_THAT(failure().what(), Not(HasSubstr("hunter2")));
    EXPECT_THAT(failure().what(), HasSubstr("database.password_file"));
}

TEST_F(SecretsTest, a_password_file_is_read_without_its_last_newline) {
    for (const auto& [content, password] :
         {std::pair{"hunter2\n", "hunter2"}, std::pair{"hunter2", "hunter2"},
          std::pair{"hunter2\r\n", "hunter2"}, std::pair{" hunter 2 \n", " hunter 2 "}}) {
        secret_file(content);
        const Settings settings = load("database: {password_file: secret}\n");
        EXPECT_EQ(settings.database.password, password);
        EXPECT_EQ(origin(settings, "database.password")->value, "***");
        EXPECT_EQ(origin(settings, "database.password")->source, (folder / "here/secret").string());
    }
}

TEST_F(SecretsTest, a_password_file_that_anyone_may_read_is_refused) {
    const std::string yaml = "database:\n  password_file: secret\n";
    secret_file("hunter2\n", 0644);
    const Error error = failure(yaml);
    EXPECT_EQ(error.code(), Errc::configuration);
    EXPECT_EQ(place(error), "2:18");
    EXPECT_THAT(error.what(), HasSubstr("chmod 600"));
    secret_file("hunter2\n", 0640);
    EXPECT_EQ(load(yaml).database.password, "hunter2");
}

TEST_F(SecretsTest, a_password_file_that_holds_no_password_is_refused) {
    const std::string yaml = "database: {password_file: secret}\n";
    EXPECT_THAT(failure(yaml).what(), HasSubstr("No such file"));
    for (const std::string& content : {std::string{}, std::string{"\n"}, std::string{"a\nb\n"},
                                       std::string{"a\0b", 3}, std::string(10'000, 'x')}) {
        secret_file(content);
        EXPECT_EQ(failure(yaml).code(), Errc::configuration);
    }
    std::filesystem::remove(folder / "here/secret");
    std::filesystem::create_directory(folder / "here/secret");
    EXPECT_THAT(failure(yaml).what(), HasSubstr("is a directory"));
}

TEST_F(SecretsTest, the_higher_layer_decides_between_password_and_file) {
    secret_file("from_file\n");
    const std::string yaml = "database: {password_file: secret}\n";
    source.environment["BAY_DB_PASSWORD"] = "from_env";
    const Settings settings = load(yaml);
    EXPECT_EQ(settings.database.password, "from_env");
    EXPECT_FALSE(origin(settings, "database.password_file"));
    source.command_line["database.password_file"] = "secret";
    EXPECT_EQ(load(yaml).database.password, "from_file");
}

TEST_F(SecretsTest, the_url_for_people_has_no_password) {
    DatabaseConfig config;
    config.engine = "beta";
    config.host = "h";
    config.port = 1;
    config.dbname = "d";
    config.user = "u";
    config.password = "a b/@:%";
    EXPECT_EQ(config.url(Location::server), "beta://u:a%20b%2F%40%3A%25@h:1/d");
    EXPECT_EQ(config.redacted_url(Location::server), "beta://u:***@h:1/d");
    config.path = "/a b/c.db";
    EXPECT_EQ(config.redacted_url(Location::file), "beta:////a%20b/c.db");
}

}  // namespace
}  // namespace enginebay::testing
