// SPDX-License-Identifier: BSL-1.0
// Settings: what is refused, where it is said to stand, and what is said about it.
#include "core/settings_fixture.hpp"

#include <sys/stat.h>

#include <sstream>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;

struct Wrong {
    const char* name;
    const char* yaml;
    const char* place;
    const char* says;
};

std::ostream& operator<<(std::ostream& out, const Wrong& wrong) { return out << wrong.name; }

class WrongFileTest : public SettingsTest, public ::testing::WithParamInterface<Wrong> {};

TEST_P(WrongFileTest, is_refused_with_its_place) {
    source.environment["EMPTY"] = "";
    const Error error = failure(GetParam().yaml);
    EXPECT_EQ(error.code(), Errc::configuration);
    EXPECT_EQ(place(error), GetParam().place) << error.what();
    EXPECT_THAT(error.what(), HasSubstr(GetParam().says));
    EXPECT_THAT(error.what(), HasSubstr(error.where()));
}

constexpr Wrong wrong_files[] = {
    {"unknown_key_near", "database:\n  prot: 5432\n", "2:3", "did you mean 'port'?"},
    {"unknown_key_far", "database:\n  colour: red\n", "2:3", "known: engine, path, host"},
    {"unknown_key_of_the_pool", "database: {pool: {sise: 5}}\n", "1:19", "did you mean 'size'?"},
    {"key_one_level_up", "database: {overflow: 5}\n", "1:12", "'database.pool.overflow'"},
    {"unknown_key_in_plugins", "plugins:\n  paths: []\n", "2:3", "did you mean 'path'?"},
    {"unknown_key_in_migrations", "migrations: {onstart: off}\n", "1:14",
     "did you mean 'on_start'?"},
    {"dotted_key", "database:\n  pool.size: 5\n", "2:3", "unknown key"},
    {"merge_key", "database: {<<: {port: 1}}\n", "1:12", "unknown key"},
    {"duplicate_key", "database:\n  port: 1\n  port: 2\n", "3:3", "stands twice"},
    {"duplicate_null_key", "database:\n  port:\n  port: 2\n", "3:3", "stands twice"},
    {"duplicate_option", "database:\n  options: {a: 1, a: 2}\n", "2:19", "stands twice"},
    {"duplicate_section", "database: {}\nother: 1\ndatabase: {}\n", "3:1", "stands twice"},
    {"section_is_a_list", "database: [a]\n", "1:11", "a mapping is needed here, not a list"},
    {"section_is_a_value", "database: here\n", "1:11", "not a single value"},
    {"plugins_is_a_list", "plugins: [/a]\n", "1:10", "a mapping is needed here"},
    {"value_is_a_list", "database:\n  host: [a]\n", "2:9", "a single value is needed here"},
    {"value_is_a_mapping", "database:\n  path: {a: b}\n", "2:9", "not a mapping"},
    {"pool_is_a_number", "database:\n  pool: 5\n", "2:9", "a mapping is needed here"},
    {"options_is_a_list", "database: {options: [a]}\n", "1:21", "a mapping is needed here"},
    {"option_is_a_list", "database: {options: {a: [1]}}\n", "1:25", "database.options.a"},
    {"folders_is_a_value", "plugins: {path: /a}\n", "1:17", "a list, e.g."},
    {"folder_is_a_list", "plugins: {path: [[a]]}\n", "1:18", "a folder is needed here"},
    {"folder_is_null", "plugins: {path: [~]}\n", "1:18", "a folder is needed here"},
    {"key_is_a_list", "database: {[a]: b}\n", "1:12", "a key is needed here"},
    {"alias", "x: &x 5\ndatabase: {port: *x}\n", "2:18", "an alias"},
    {"alias_of_a_section", "x: &x {}\ndatabase: *x\n", "2:11", "an alias"},
    {"tag", "database: {port: !env X}\n", "1:18", "a tag"},
    {"second_document", "database: {}\n---\ndatabase: {}\n", "2:1", "a second document"},
    {"whole_file_is_a_list", "- database\n", "1:1", "a mapping with sections"},
    {"whole_file_is_a_text", "hello\n", "1:1", "a mapping with sections"},
    {"no_yaml", "database: {port: 1\nother: }}\n", "2:6", "is not YAML"},
    {"unclosed_quote", "database:\n  user: 'abc\n", "2:9", "never closed"},
    {"tab", "database:\n\tport: 1\n", "2:6", "is not YAML"},
    {"no_utf8", "database:\n  user: a\xFF\n", "2:10", "is not UTF-8"},
    {"nul_byte_escaped", "database: {user: \"a\\0b\"}\n", "1:18", "NUL byte"},
    {"line_break", "database: {user: \"a\\nb\"}\n", "1:18", "a line break"},
    {"end_of_transmission", "database:\n  user: a\x04\n  prot: 1\n", "2:10", "control character"},
    {"engine_upper_case", "database: {engine: Alpha}\n", "1:20", "not the name of an engine"},
    {"engine_path", "database: {engine: ../evil}\n", "1:20", "not the name of an engine"},
    {"engine_empty", "database: {engine: ''}\n", "1:20", "not the name of an engine"},
    {"engine_long", "database: {engine: abcdefghijklmnopqrstuvwxyz012345}\n", "1:20", "at most 31"},
    {"path_empty", "database: {path: ''}\n", "1:18", "is empty"},
    {"path_of_an_empty_variable", "database: {path: '${EMPTY}'}\n", "1:18", "is empty"},
    {"port_zero", "database: {port: 0}\n", "1:18", "from 1 to 65535"},
    {"port_large", "database: {port: 65536}\n", "1:18", "from 1 to 65535"},
    {"port_very_large", "database: {port: 99999999999999999999}\n", "1:18", "from 1 to 65535"},
    {"port_negative", "database: {port: -1}\n", "1:18", "from 1 to 65535"},
    {"port_text", "database: {port: http}\n", "1:18", "from 1 to 65535"},
    {"port_fraction", "database: {port: 54.32}\n", "1:18", "from 1 to 65535"},
    {"port_empty", "database: {port: ''}\n", "1:18", "from 1 to 65535"},
    {"pool_empty", "database:\n  pool:\n    size: 0\n", "3:11", "from 1 to 1000"},
    {"pool_huge", "database: {pool: {size: 1001}}\n", "1:25", "from 1 to 1000"},
    {"overflow_negative", "database: {pool: {overflow: -1}}\n", "1:29", "from 0 to 1000"},
    {"duration_without_unit", "database: {pool: {timeout: 30}}\n", "1:28", "e.g. 30s"},
    {"duration_of_words", "database: {pool: {timeout: soon}}\n", "1:28", "must be a duration"},
    {"duration_negative", "database: {pool: {timeout: -5s}}\n", "1:28", "must be a duration"},
    {"duration_fraction", "database: {pool: {recycle: 1.5h}}\n", "1:28", "must be a duration"},
    {"duration_unit_alone", "database: {pool: {recycle: ms}}\n", "1:28", "must be a duration"},
    {"duration_too_long", "database: {pool: {recycle: 99999999999h}}\n", "1:28", "a year"},
    {"on_start", "migrations: {on_start: maybe}\n", "1:24", "upgrade, check or off"},
    {"unset_variable", "database:\n  host: ${DB_HOST}\n", "2:9", "DB_HOST is not set"},
    {"unset_variable_in_an_option", "database: {options: {a: 'x${NO}'}}\n", "1:25",
     "NO is not set"},
    {"unset_variable_in_a_folder", "plugins: {path: ['${NO}']}\n", "1:18", "NO is not set"},
    {"variable_without_end", "database: {host: 'a${DB_HOST'}\n", "1:18", "$$"},
    {"variable_without_name", "database: {host: '${}'}\n", "1:18", "'${}' is no ${NAME}"},
    {"variable_with_default", "database: {host: '${A:-b}'}\n", "1:18", "is no ${NAME}"},
    {"two_passwords", "database:\n  password: a\n  password_file: b\n", "3:18", "give one of them"},
};

INSTANTIATE_TEST_SUITE_P(all, WrongFileTest, ::testing::ValuesIn(wrong_files),
                         [](const auto& wrong) { return std::string{wrong.param.name}; });

TEST_F(SettingsTest, deep_nesting_is_refused_and_not_felt) {
    for (const int depth : {100, 2000, 50'000}) {
        const std::string yaml =
            "database: {options: {a: " + std::string(static_cast<std::size_t>(depth), '[');
        EXPECT_EQ(failure(yaml).code(), Errc::configuration);
    }
}

TEST_F(SettingsTest, an_alias_bomb_in_a_section_of_others_costs_nothing) {
    std::ostringstream yaml;
    yaml << "a0: &a0 [x, x]\n";
    for (int i = 1; i < 60; ++i) {
        yaml << "a" << i << ": &a" << i << " [*a" << i - 1 << ", *a" << i - 1 << "]\n";
    }
    EXPECT_EQ(load(yaml.str()).database.engine, "alpha");
}

TEST_F(SettingsTest, a_huge_file_is_refused) {
    EXPECT_THAT(failure(std::string(2U << 20U, '#')).what(), HasSubstr("longer than"));
    source.config_file = "/dev/zero";
    EXPECT_THAT(failure().what(), HasSubstr("longer than"));
}

TEST_F(SettingsTest, a_file_that_is_named_must_be_there) {
    source.config_file = "absent.yml";
    EXPECT_EQ(failure().code(), Errc::configuration);
    EXPECT_THAT(failure().what(), HasSubstr("absent.yml (named by --config): No such file"));
    source.config_file.reset();
    source.environment["BAY_CONFIG_PATH"] = "absent.yml";
    EXPECT_THAT(failure().what(), HasSubstr("(named by BAY_CONFIG_PATH): No such file"));
    source.config_file = "";
    EXPECT_EQ(failure().code(), Errc::usage);
}

TEST_F(SettingsTest, a_directory_is_no_configuration_file) {
    std::filesystem::create_directory(file());
    EXPECT_EQ(failure().code(), Errc::configuration);
    EXPECT_THAT(failure().what(), HasSubstr("is a directory"));
}

TEST_F(SettingsTest, a_link_that_leads_nowhere_is_not_the_same_as_no_file) {
    std::filesystem::create_symlink(folder / "gone.yml", file());
    EXPECT_EQ(failure().code(), Errc::configuration);
}

TEST_F(SettingsTest, wrong_variables_are_named) {
    source.environment["BAY_DB_PORT"] = "http";
    EXPECT_EQ(failure().code(), Errc::configuration);
    EXPECT_THAT(failure().what(), HasSubstr("environment BAY_DB_PORT: database.port: must be"));
    source.environment = {{"BAY_DB_ENGINE", "a/b"}};
    EXPECT_THAT(failure().what(), HasSubstr("environment BAY_DB_ENGINE"));
    source.environment = {{"BAY_DB_USER", "\xC3\x28"}};
    EXPECT_THAT(failure().what(), HasSubstr("is not UTF-8"));
    source.environment = {{"ENGINEBAY_PLUGIN_PATH", "/a:plugins"}};
    EXPECT_THAT(failure().what(), HasSubstr("'plugins' is relative"));
}

TEST_F(SettingsTest, wrong_keys_on_the_command_line_are_usage_errors) {
    source.command_line["database.prot"] = "5";
    EXPECT_EQ(failure().code(), Errc::usage);
    EXPECT_THAT(failure().what(), HasSubstr("did you mean 'port'?"));
    source.command_line = {{"database.options", "x"}};
    EXPECT_EQ(failure().code(), Errc::usage);
    source.command_line = {{"database.port", "x"}};
    EXPECT_EQ(failure().code(), Errc::configuration);
}

TEST_F(SettingsTest, a_product_is_one_word) {
    for (const char* word : {"", "Bay", "1bay", "my bay", "../bay", "bay-two"}) {
        spec.product = word;
        EXPECT_EQ(failure().code(), Errc::usage) << word;
    }
}

}  // namespace
}  // namespace enginebay::testing
