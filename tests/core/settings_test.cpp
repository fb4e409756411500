// SPDX-License-Identifier: BSL-1.0
// Settings: what is read from where, and which of several values holds.
#include "core/settings_fixture.hpp"

#include <cstdlib>

namespace enginebay::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(SettingsTest, without_a_file_everything_has_its_default) {
    const Settings settings = load();
    EXPECT_EQ(settings.database.engine, "alpha");
    EXPECT_EQ(settings.database.product, "bay");
    EXPECT_EQ(settings.database.path, (source.current_directory / "bay.db").string());
    EXPECT_EQ(settings.database.port, 0);
    EXPECT_EQ(settings.database.pool.size, 5U);
    EXPECT_EQ(settings.database.pool.overflow, 3U);
    EXPECT_EQ(settings.database.pool.timeout, 30s);
    EXPECT_EQ(settings.database.pool.recycle, 1h);
    EXPECT_TRUE(settings.database.options.empty());
    EXPECT_EQ(settings.on_start, OnStart::upgrade);
    EXPECT_TRUE(settings.plugin_path.empty());
    EXPECT_TRUE(settings.file.empty());
    EXPECT_TRUE(settings.migrations.empty());
    EXPECT_EQ(settings.working_dir, source.current_directory);
    EXPECT_EQ(origin(settings, "database.engine")->source, "default");
    EXPECT_FALSE(origin(settings, "database.host"));
}

TEST_F(SettingsTest, the_product_may_name_its_default_path) {
    spec.default_path = "data/main.db";
    EXPECT_EQ(load().database.path, (source.current_directory / "data/main.db").string());
}

TEST_F(SettingsTest, reads_every_key_of_the_file) {
    const Settings settings = load(R"(
database:
  engine: beta_2
  path: store/main.db
  host: db.example
  port: 5433
  dbname: things
  user: me
  password: 'a b:$$'
  pool: {size: 7, overflow: 0, timeout: 250ms, recycle: 2h}
  options: {flag: true, count: 010, "dotted.name": x, empty: }
plugins:
  path: [/opt/one, two]
migrations:
  path: revisions
  on_start: off
)");
    const std::filesystem::path here = source.current_directory;
    EXPECT_EQ(settings.database.engine, "beta_2");
    EXPECT_EQ(settings.database.path, (here / "store/main.db").string());
    EXPECT_EQ(settings.database.host, "db.example");
    EXPECT_EQ(settings.database.port, 5433);
    EXPECT_EQ(settings.database.dbname, "things");
    EXPECT_EQ(settings.database.user, "me");
    EXPECT_EQ(settings.database.password, "a b:$");
    EXPECT_EQ(settings.database.pool.size, 7U);
    EXPECT_EQ(settings.database.pool.overflow, 0U);
    EXPECT_EQ(settings.database.pool.timeout, 250ms);
    EXPECT_EQ(settings.database.pool.recycle, 2h);
    EXPECT_THAT(settings.database.options,
                ElementsAre(std::pair{"count", "010"}, std::pair{"dotted.name", "x"},
                            std::pair{"flag", "true"}));
    EXPECT_THAT(settings.plugin_path, ElementsAre("/opt/one", here / "two"));
    EXPECT_EQ(settings.migrations, here / "revisions");
    EXPECT_EQ(settings.on_start, OnStart::off);
    EXPECT_EQ(settings.file, file());
    EXPECT_EQ(origin(settings, "database.port")->source, file().string() + ":6");
    EXPECT_EQ(origin(settings, "database.options.count")->value, "010");
}

TEST_F(SettingsTest, a_section_or_value_that_is_null_is_absent) {
    for (const char* yaml : {"", "# nothing\n", "---\n", "database:\n", "database: null\n",
                             "database: ~\nplugins:\nmigrations: null\n",
                             "database:\n  engine:\n  path: null\n  pool:\n  options: ~\n",
                             "\xEF\xBB\xBF"
                             "database:\n"}) {
        SCOPED_TRACE(yaml);
        const Settings settings = load(yaml);
        EXPECT_EQ(settings.database.engine, "alpha");
        EXPECT_EQ(settings.database.path, (source.current_directory / "bay.db").string());
        EXPECT_EQ(settings.database.pool.size, 5U);
    }
}

TEST_F(SettingsTest, sections_of_others_are_left_alone) {
    const Settings settings = load(R"(
base: &base {a: 1, a: 2}
derived: {<<: *base, list: [*base, !thing {x: '${NOT_SET}'}]}
database: {engine: beta}
? [a, list] : as a key
derived: again
)");
    EXPECT_EQ(settings.database.engine, "beta");
}

TEST_F(SettingsTest, relative_paths_are_seen_from_the_folder_of_the_file) {
    const std::filesystem::path named = folder / "etc/bay.yml";
    write_file(named, "database: {path: ./x/main.db}\n");
    source.config_file = named;
    EXPECT_EQ(load().database.path, (folder / "etc/x/main.db").string());
    EXPECT_EQ(load().working_dir, folder / "etc");
}

TEST_F(SettingsTest, the_variable_working_dir_replaces_the_folder_of_the_file) {
    source.environment["WORKING_DIR"] = "/srv/bay";
    const Settings settings =
        load("database: {path: '${WORKING_DIR}/a.db', options: {b: '${WORKING_DIR}'}}\n");
    EXPECT_EQ(settings.database.path, "/srv/bay/a.db");
    EXPECT_EQ(settings.database.options.at("b"), "/srv/bay");
    EXPECT_EQ(load("").database.path, "/srv/bay/bay.db");
}

TEST_F(SettingsTest, a_database_in_memory_is_no_path) {
    EXPECT_EQ(load("database: {path: ':memory:'}\n").database.path, ":memory:");
    source.environment["BAY_DB_PATH"] = ":memory:";
    EXPECT_EQ(load().database.path, ":memory:");
}

TEST_F(SettingsTest, variables_are_expanded_once_and_only_where_written_so) {
    source.environment["A"] = "${B}$";
    source.environment["EMPTY"] = "";
    const Settings settings = load(R"(database: {user: "x${A}y$$z$q${EMPTY}$"})");
    EXPECT_EQ(settings.database.user, "x${B}$y$z$q$");
}

TEST_F(SettingsTest, the_home_folder_is_expanded_in_paths) {
    source.environment["HOME"] = (folder / "home").string();
    write_file(folder / "home/conf/bay.yml", "database: {path: ~/main.db}\n");
    source.config_file = "~/conf/bay.yml";
    EXPECT_EQ(load().database.path, (folder / "home/main.db").string());
    source.config_file.reset();
    source.environment["BAY_CONFIG_PATH"] = "~/conf/bay.yml";
    EXPECT_EQ(load().file, folder / "home/conf/bay.yml");
}

TEST_F(SettingsTest, the_file_is_looked_for_in_three_places) {
    const auto engine_in = [this](const std::filesystem::path& path, const std::string& engine) {
        write_file(path, "database: {engine: " + engine + "}\n");
    };
    engine_in(file(), "current");
    EXPECT_EQ(load().database.engine, "current");
    engine_in(source.current_directory / "by_variable.yml", "variable");
    source.environment["BAY_CONFIG_PATH"] = "by_variable.yml";
    EXPECT_EQ(load().database.engine, "variable");
    engine_in(folder / "by_option.yml", "option");
    source.config_file = "../by_option.yml";
    EXPECT_EQ(load().database.engine, "option");
    source.config_file.reset();
    source.environment["BAY_CONFIG_PATH"] = "";
    EXPECT_EQ(load().database.engine, "current");
}

TEST_F(SettingsTest, an_empty_variable_counts_as_unset) {
    for (const char* name : {"BAY_DB_ENGINE", "BAY_DB_PATH", "BAY_DB_PORT", "BAY_DB_HOST",
                             "ENGINEBAY_PLUGIN_PATH", "WORKING_DIR"}) {
        source.environment[name] = "";
    }
    EXPECT_EQ(load("database: {engine: beta, port: 5}\n").database.port, 5);
    EXPECT_EQ(load().database.engine, "beta");
    EXPECT_EQ(load().working_dir, source.current_directory);
}

TEST_F(SettingsTest, variables_of_another_product_mean_nothing) {
    source.environment["OTHER_DB_ENGINE"] = "beta";
    EXPECT_EQ(load().database.engine, "alpha");
}

struct Overriding {
    const char* key;
    const char* variable;
    std::string DatabaseConfig::* field;
};

class PrecedenceTest : public SettingsTest, public ::testing::WithParamInterface<Overriding> {};

TEST_P(PrecedenceTest, command_line_then_environment_then_file_then_default) {
    const Overriding& one = GetParam();
    const std::string short_key = std::string{one.key}.substr(std::string{"database."}.size());
    const auto value = [&] { return load().database.*one.field; };
    const std::string fallback = value();

    write_file(file(), "database: {" + short_key + ": /from_file}\n");
    if (short_key == "engine") {
        write_file(file(), "database: {engine: from_file}\n");
    }
    EXPECT_NE(value(), fallback);
    EXPECT_THAT(value(), HasSubstr("from_file"));
    EXPECT_EQ(origin(load(), one.key)->source, file().string() + ":1");

    source.environment[one.variable] = short_key == "engine" ? "from_env" : "/from_env";
    EXPECT_THAT(value(), HasSubstr("from_env"));
    EXPECT_EQ(origin(load(), one.key)->source, std::string{"environment "} + one.variable);

    if (short_key == "password") {
        return;  // may not stand on a command line
    }
    source.command_line[one.key] = short_key == "engine" ? "from_line" : "/from_line";
    EXPECT_THAT(value(), HasSubstr("from_line"));
    EXPECT_EQ(origin(load(), one.key)->source, "command line");
}

INSTANTIATE_TEST_SUITE_P(
    keys, PrecedenceTest,
    ::testing::Values(Overriding{"database.engine", "BAY_DB_ENGINE", &DatabaseConfig::engine},
                      Overriding{"database.path", "BAY_DB_PATH", &DatabaseConfig::path},
                      Overriding{"database.host", "BAY_DB_HOST", &DatabaseConfig::host},
                      Overriding{"database.dbname", "BAY_DB_NAME", &DatabaseConfig::dbname},
                      Overriding{"database.user", "BAY_DB_USER", &DatabaseConfig::user},
                      Overriding{"database.password", "BAY_DB_PASSWORD",
                                 &DatabaseConfig::password}),
    [](const auto& one) { return std::string{one.param.variable}; });

TEST_F(SettingsTest, the_port_follows_the_same_precedence) {
    EXPECT_EQ(load("database: {port: 1}\n").database.port, 1);
    source.environment["BAY_DB_PORT"] = "2";
    EXPECT_EQ(load().database.port, 2);
    source.command_line["database.port"] = "65535";
    EXPECT_EQ(load().database.port, 65535);
}

TEST_F(SettingsTest, paths_outside_the_file_are_seen_from_the_current_directory) {
    write_file(folder / "etc/bay.yml", "");
    source.config_file = folder / "etc/bay.yml";
    source.environment["BAY_DB_PATH"] = "~/rel.db";
    EXPECT_EQ(load().database.path, (source.current_directory / "~/rel.db").string());
    source.command_line["database.path"] = "rel.db";
    EXPECT_EQ(load().database.path, (source.current_directory / "rel.db").string());
}

TEST_F(SettingsTest, options_of_all_layers_come_together) {
    source.command_line["database.options.b"] = "line";
    const Settings settings = load("database: {options: {a: file, b: file}}\n");
    EXPECT_THAT(settings.database.options,
                ElementsAre(std::pair{"a", "file"}, std::pair{"b", "line"}));
}

TEST_F(SettingsTest, plugin_folders_of_the_environment_follow_those_of_the_file) {
    source.environment["ENGINEBAY_PLUGIN_PATH"] = "/env/one::/env/two:";
    source.command_line["plugins.path"] = "/line";
    const Settings settings = load("plugins: {path: [/file]}\n");
    EXPECT_THAT(settings.plugin_path, ElementsAre("/line", "/file", "/env/one", "/env/two"));
}

TEST_F(SettingsTest, migrations_beside_the_program_are_found_and_never_in_the_working_directory) {
    std::filesystem::create_directories(source.current_directory / "share/bay/migrations");
    std::filesystem::create_directories(source.current_directory / "migrations");
    EXPECT_TRUE(load().migrations.empty());
    std::filesystem::create_directories(folder / "prefix/share/bay/migrations");
    EXPECT_EQ(load().migrations, folder / "prefix/share/bay/migrations");
    EXPECT_EQ(load("migrations: {path: /elsewhere}\n").migrations, "/elsewhere");
}

TEST_F(SettingsTest, every_effective_value_has_an_origin) {
    std::vector<std::string> keys;
    for (const Setting& setting : load("database: {host: h}\n").origins) {
        keys.push_back(setting.key);
    }
    EXPECT_THAT(
        keys, ElementsAre("database.engine", "database.path", "database.host", "database.pool.size",
                          "database.pool.overflow", "database.pool.timeout",
                          "database.pool.recycle", "migrations.on_start"));
}

TEST(ProcessSourceTest, knows_the_environment_and_the_program) {
    ASSERT_EQ(::setenv("ENGINEBAY_TEST_SETTINGS", "a=b", 1), 0);
    const SettingsSource source = process_source();
    EXPECT_EQ(source.environment.at("ENGINEBAY_TEST_SETTINGS"), "a=b");
    EXPECT_TRUE(std::filesystem::exists(source.program));
    EXPECT_EQ(source.current_directory, std::filesystem::current_path());
}

}  // namespace
}  // namespace enginebay::testing
