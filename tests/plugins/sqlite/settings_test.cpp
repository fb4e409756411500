// SPDX-License-Identifier: BSL-1.0
// The settings of every connection, and the option keys.
#include "fixture.hpp"

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;

class SettingsTest : public SqliteTest {};

TEST_F(SettingsTest, are_on_every_connection) {
    for (int i = 0; i < 3; ++i) {
        const auto connection = connect();
        EXPECT_EQ(ask(*connection, "PRAGMA journal_mode"), "wal");
        EXPECT_EQ(ask(*connection, "PRAGMA synchronous"), "1");
        EXPECT_EQ(ask(*connection, "PRAGMA busy_timeout"), "5000");
        EXPECT_EQ(ask(*connection, "PRAGMA foreign_keys"), "1");
        EXPECT_EQ(ask(*connection, "PRAGMA journal_size_limit"), "67108864");
    }
}

TEST_F(SettingsTest, follow_the_options) {
    const auto engine = open_sqlite(
        path_, {{"durability", "full"}, {"busy_timeout", "250ms"}, {"cache_size", "8MiB"}});
    const auto connection = engine->connect(Access::create);
    EXPECT_EQ(ask(*connection, "PRAGMA synchronous"), "2");
    EXPECT_EQ(ask(*connection, "PRAGMA busy_timeout"), "250");
    EXPECT_EQ(ask(*connection, "PRAGMA cache_size"), "-8192");
    EXPECT_EQ(ask(*open_sqlite(path_, {{"busy_timeout", "7s"}})->connect(Access::create),
                  "PRAGMA busy_timeout"),
              "7000");
    EXPECT_EQ(ask(*open_sqlite(path_, {{"busy_timeout", "0"}})->connect(Access::create),
                  "PRAGMA busy_timeout"),
              "0");
}

TEST_F(SettingsTest, an_unknown_option_is_named_with_the_one_that_was_meant) {
    const Error error = error_of([&] { open_sqlite(path_, {{"durabilty", "full"}}); });
    EXPECT_EQ(error.code(), Errc::configuration);
    EXPECT_THAT(error.what(), HasSubstr("durabilty"));
    EXPECT_THAT(error.what(), HasSubstr("did you mean 'durability'"));
    const Error strange = error_of([&] { open_sqlite(path_, {{"statement_timeout", "1"}}); });
    EXPECT_THAT(strange.what(), ::testing::Not(HasSubstr("did you mean")));
}

TEST_F(SettingsTest, a_value_that_makes_no_sense_is_refused) {
    for (const auto& [key, value] : Options{{"durability", "maybe"},
                                            {"busy_timeout", "-1"},
                                            {"cache_size", "much"},
                                            {"lock_file", ""}}) {
        const Error error = error_of([&] { open_sqlite(path_, {{key, value}}); });
        EXPECT_EQ(error.code(), Errc::configuration) << key;
        EXPECT_THAT(error.what(), HasSubstr(key));
    }
    for (const char* value : {"5 s", "5h", "99999999999", "1e3", "s", ""}) {
        EXPECT_EQ(error_of([&] { open_sqlite(path_, {{"busy_timeout", value}}); }).code(),
                  Errc::configuration)
            << value;
    }
}

TEST_F(SettingsTest, a_reading_connection_keeps_the_journal_mode_it_finds) {
    {
        const auto connection = connect();
        execute(*connection, "CREATE TABLE t (a)");
        EXPECT_EQ(ask(*connection, "PRAGMA journal_mode = DELETE"), "delete");
    }
    const auto reader = connect(Access::read_only);
    EXPECT_EQ(ask(*reader, "PRAGMA journal_mode"), "delete");
    EXPECT_EQ(ask(*reader, "PRAGMA foreign_keys"), "1");
}

TEST_F(SettingsTest, effective_settings_come_from_the_connection) {
    const auto connection = connect();
    std::map<std::string, std::string> settings;
    for (const EffectiveSetting& setting : engine_->effective_settings(*connection)) {
        settings[setting.name] = setting.value;
    }
    EXPECT_EQ(settings["journal_mode"], "wal");
    EXPECT_EQ(settings["synchronous"], "1");
    EXPECT_EQ(settings["query_only"], "0");
    execute(*connection, "PRAGMA synchronous = OFF");
    for (const EffectiveSetting& setting : engine_->effective_settings(*connection)) {
        if (setting.name == "synchronous") {
            EXPECT_EQ(setting.value, "0");
        }
    }
}

TEST_F(SettingsTest, reset_brings_them_back) {
    const auto connection = connect();
    execute(*connection, "PRAGMA synchronous = OFF");
    execute(*connection, "PRAGMA foreign_keys = OFF");
    execute(*connection, "PRAGMA busy_timeout(1)");
    execute(*connection, "PRAGMA legacy_alter_table = ON");
    execute(*connection, "ATTACH ':memory:' AS other");
    execute(*connection, "CREATE TEMP TABLE mine (a)");
    execute(*connection, "CREATE TEMP VIEW seen AS SELECT 1 AS a");
    connection->reset();
    EXPECT_EQ(ask(*connection, "PRAGMA synchronous"), "1");
    EXPECT_EQ(ask(*connection, "PRAGMA foreign_keys"), "1");
    EXPECT_EQ(ask(*connection, "PRAGMA busy_timeout"), "5000");
    EXPECT_EQ(ask(*connection, "PRAGMA legacy_alter_table"), "0");
    EXPECT_EQ(ask(*connection, "SELECT count(*) FROM pragma_database_list WHERE seq > 1"), "0");
    EXPECT_EQ(ask(*connection, "SELECT count(*) FROM sqlite_temp_schema"), "0");
}

}  // namespace
}  // namespace enginebay::testing
