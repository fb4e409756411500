// SPDX-License-Identifier: BSL-1.0
// enginebay config and plugins: nothing is connected to.
#include "cli/cli_fixture.hpp"

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string source_of(const Poco::JSON::Object::Ptr& config, const std::string& key) {
    const Poco::JSON::Array::Ptr settings = config->getArray("settings");
    for (std::size_t i = 0; i < settings->size(); ++i) {
        const Poco::JSON::Object::Ptr one = settings->getObject(static_cast<unsigned>(i));
        if (one->getValue<std::string>("key") == key) {
            return one->getValue<std::string>("value") + " from " +
                   one->getValue<std::string>("source");
        }
    }
    return "absent";
}

TEST_F(CliTest, config_shows_each_value_and_its_origin) {
    write_file(folder / "bay.yml",
               "database: {engine: beta, host: h, user: u, password: hunter2, port: 1}\n");
    environment["BAY_DB_HOST"] = "elsewhere";
    const RunResult result =
        enginebay({"config", "--product", "bay", "--json", "--set", "database.port=7"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Poco::JSON::Object::Ptr config = json_of(result);
    const std::string file = (folder / "bay.yml").string();
    EXPECT_EQ(source_of(config, "database.engine"), "beta from " + file + ":1");
    EXPECT_EQ(source_of(config, "database.host"), "elsewhere from environment BAY_DB_HOST");
    EXPECT_EQ(source_of(config, "database.port"), "7 from command line");
    EXPECT_EQ(source_of(config, "database.password"), "*** from " + file + ":1");
    EXPECT_EQ(source_of(config, "database.pool.size"), "5 from default");
    EXPECT_EQ(config->getValue<std::string>("file"), file);
    EXPECT_TRUE(config->get("url").isEmpty()) << "there is no plugin beta";
    EXPECT_THAT(result.out, Not(HasSubstr("hunter2")));

    const RunResult text = enginebay({"config", "--product", "bay"});
    EXPECT_EQ(text.exit_status, 0);
    EXPECT_THAT(text.out, HasSubstr("database.host"));
    EXPECT_THAT(text.out, HasSubstr("environment BAY_DB_HOST"));
    EXPECT_THAT(text.out, Not(HasSubstr("hunter2")));
}

TEST_F(CliTest, plugins_are_listed_with_their_facts) {
    const RunResult result = enginebay({"plugins", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Poco::JSON::Array::Ptr plugins = json_of(result)->getArray("plugins");
    ASSERT_GT(plugins->size(), 0U);
    for (std::size_t i = 0; i < plugins->size(); ++i) {
        const Poco::JSON::Object::Ptr plugin = plugins->getObject(static_cast<unsigned>(i));
        EXPECT_TRUE(plugin->getValue<bool>("usable"));
        EXPECT_EQ(plugin->getValue<int>("contract"), 1);
        EXPECT_GT(plugin->getArray("capabilities")->size(), 0U);
        const std::string name = plugin->getValue<std::string>("name");
        EXPECT_THAT(plugin->getValue<std::string>("file"), HasSubstr(name + ".so"));
        EXPECT_THAT(enginebay({"plugins"}).out, HasSubstr(name));
        EXPECT_EQ(enginebay({"plugins", "check", name}).exit_status, 0);
        EXPECT_EQ(
            enginebay({"plugins", "check", plugin->getValue<std::string>("file")}).exit_status, 0);
    }
}

TEST_F(CliTest, an_unusable_plugin_is_78_and_says_why) {
    write_file(folder / "broken.so", "no plugin at all");
    const RunResult text = enginebay({"plugins", "check", "./broken.so"});
    EXPECT_EQ(text.exit_status, 78);
    EXPECT_THAT(text.out, HasSubstr("broken"));
    const RunResult result = enginebay({"plugins", "check", "./broken.so", "--json"});
    EXPECT_EQ(result.exit_status, 78);
    const Poco::JSON::Object::Ptr plugin = json_of(result)->getArray("plugins")->getObject(0);
    EXPECT_FALSE(plugin->getValue<bool>("usable"));
    EXPECT_THAT(plugin->getValue<std::string>("reason"), Not(::testing::IsEmpty()));
    EXPECT_EQ(enginebay({"plugins", "check", "absent"}).exit_status, 78);
}

TEST_F(CliTest, a_missing_plugin_ends_a_command_with_78) {
    write_file(folder / "migrations/schema.yaml", test_schema);
    write_file(folder / "migrations/versions/0001_notes.yaml", test_revision_1);
    for (const char* command : {"status", "upgrade", "check", "lock", "doctor"}) {
        const RunResult result = enginebay(
            {command, "--set", "database.engine=no_such", "--set", "migrations.path=migrations"});
        EXPECT_EQ(result.exit_status, 78) << command;
        EXPECT_THAT(result.err + result.out, HasSubstr("no_such")) << command;
    }
}

TEST_F(CliTest, doctor_names_the_first_thing_that_is_wrong) {
    write_file(folder / "bad.yml", "database: [1]\n");
    const RunResult result = enginebay({"doctor", "--config", "bad.yml", "--json"});
    EXPECT_EQ(result.exit_status, 78);
    const Poco::JSON::Object::Ptr report = json_of(result);
    EXPECT_FALSE(report->getValue<bool>("ok"));
    const Poco::JSON::Object::Ptr first = report->getArray("checks")->getObject(0);
    EXPECT_EQ(first->getValue<std::string>("name"), "configuration");
    EXPECT_EQ(first->getValue<std::string>("status"), "failed");
}

TEST_F(CliTest, doctor_warns_where_schema_and_revisions_disagree) {
    write_file(folder / "migrations/schema.yaml", test_schema);
    write_file(folder / "migrations/versions/0001_notes.yaml", test_revision_1);
    const RunResult result = enginebay({"doctor", "--set", "migrations.path=migrations"});
    EXPECT_THAT(result.out, ::testing::ContainsRegex("revisions +warning +.*kind"));
}

}  // namespace
}  // namespace enginebay::testing
