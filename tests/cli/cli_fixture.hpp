// SPDX-License-Identifier: BSL-1.0
// Runs the real program `enginebay` and looks at everything it says.
#pragma once

#include "support/backend.hpp"
#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <Poco/JSON/Object.h>
#include <Poco/JSON/Parser.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace enginebay::testing {

/// The one JSON object on standard output; fails the test where there is anything else.
inline Poco::JSON::Object::Ptr json_of(const RunResult& result) {
    EXPECT_THAT(result.out, ::testing::EndsWith("}\n"));
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1) << result.out;
    Poco::JSON::Parser parser;
    return parser.parse(result.out).extract<Poco::JSON::Object::Ptr>();
}

/// `{"error": ...}` of standard output.
inline Poco::JSON::Object::Ptr error_of(const RunResult& result) {
    return json_of(result)->getObject("error");
}

/// A folder to run in, with the plugins of this build to be found.
class CliTest : public ::testing::Test {
protected:
    RunResult enginebay(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), program("enginebay").string());
        arguments.insert(arguments.begin(), prefix.begin(), prefix.end());
        return run(std::move(arguments), environment, std::chrono::seconds{60}, folder.path());
    }

    /// Rights are nothing to root: without these two capabilities they are.
    void respect_rights() {
        if (::geteuid() == 0) {
            prefix = {"setpriv", "--inh-caps=-dac_override,-dac_read_search",
                      "--bounding-set=-dac_override,-dac_read_search"};
        }
    }

    TemporaryFolder folder;
    std::vector<std::string> prefix;  ///< runs the program under another one
    Environment environment{
        {"ENGINEBAY_PLUGIN_PATH", build_path("ENGINEBAY_TEST_PLUGIN_DIR").string()}};
};

inline constexpr std::string_view test_schema = R"(tables:
  notes:
    columns:
      - {name: id, type: identity}
      - {name: body, type: text, nullable: false}
      - {name: kind, type: text, default: plain}
    primary_key: [id]
)";

inline constexpr std::string_view test_revision_1 = R"(revision: 0001_notes
parents: []
message: Notes are kept
upgrade:
  - create_table:
      name: notes
      columns:
        - {name: id, type: identity}
        - {name: body, type: text, nullable: false}
      primary_key: [id]
downgrade:
  - drop_table: {table: notes}
)";

inline constexpr std::string_view test_revision_2 = R"(revision: 0002_kind
parents: [0001_notes]
message: Notes have a kind
upgrade:
  - add_column: {table: notes, column: {name: kind, type: text, default: plain}}
irreversible: nobody asked for it
)";

/// The same on the backend this run is for: a database and a product's revisions for it.
class CliDatabaseTest : public CliTest {
protected:
    void SetUp() override {
        if (!backend_is_there()) {
            return;
        }
        database.emplace(Backend::current().create_database());
        write_file(folder / "migrations/schema.yaml", test_schema);
        write_file(folder / "migrations/versions/0001_notes.yaml", test_revision_1);
        write_file(folder / "migrations/versions/0002_kind.yaml", test_revision_2);
        configure(database->config());
    }

    /// Writes the configuration that names `config`'s database.
    void configure(const DatabaseConfig& config) const {
        const TestDatabase named{config, nullptr};
        write_file(folder / "bay.yml", named.yaml() + "migrations: {path: migrations}\n");
    }

    RunResult bay(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"--product", "bay"});
        return enginebay(std::move(arguments));
    }

    std::optional<TestDatabase> database;
};

}  // namespace enginebay::testing
