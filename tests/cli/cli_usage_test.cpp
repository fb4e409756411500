// SPDX-License-Identifier: BSL-1.0
// The command line itself: help, version, wrong usage, output that cannot be written.
#include "cli/cli_fixture.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST_F(CliTest, every_command_has_help_with_an_example) {
    for (const std::vector<std::string>& command :
         std::vector<std::vector<std::string>>{{},
                                               {"check"},
                                               {"config"},
                                               {"doctor"},
                                               {"downgrade"},
                                               {"history"},
                                               {"lint"},
                                               {"lock"},
                                               {"merge"},
                                               {"plugins"},
                                               {"plugins", "check"},
                                               {"prove"},
                                               {"revision"},
                                               {"schema"},
                                               {"squash"},
                                               {"stamp"},
                                               {"status"},
                                               {"upgrade"}}) {
        std::vector<std::string> arguments = command;
        arguments.emplace_back("--help");
        const RunResult result = enginebay(arguments);
        EXPECT_EQ(result.exit_status, 0);
        EXPECT_THAT(result.out, HasSubstr("Example"));
        EXPECT_THAT(result.out, HasSubstr("  enginebay "));
        EXPECT_THAT(result.err, IsEmpty());
    }
}

TEST_F(CliTest, the_version_is_told) {
    const RunResult result = enginebay({"--version"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_THAT(result.out, StartsWith("enginebay "));
}

TEST_F(CliTest, wrong_usage_is_64_and_says_what) {
    const auto said = [this](std::vector<std::string> arguments) {
        const RunResult result = enginebay(std::move(arguments));
        EXPECT_EQ(result.exit_status, 64) << result.err;
        EXPECT_THAT(result.out, IsEmpty());
        EXPECT_THAT(result.err, StartsWith("enginebay: "));
        return result.err;
    };
    EXPECT_THAT(said({}), HasSubstr("subcommand is required"));
    EXPECT_THAT(said({"upgarde"}), HasSubstr("'upgarde'"));
    EXPECT_THAT(said({"status", "--nonsense"}), HasSubstr("--nonsense"));
    EXPECT_THAT(said({"status", "--config"}), HasSubstr("--config"));
    EXPECT_THAT(said({"upgrade", "--sql", "--plan"}), HasSubstr("--plan"));
    EXPECT_THAT(said({"upgrade", "--backend", "x"}), HasSubstr("--sql"));
    EXPECT_THAT(said({"plugins", "check"}), HasSubstr("plugin"));
    EXPECT_THAT(said({"config", "--set", "nonsense"}), HasSubstr("KEY=VALUE"));
    EXPECT_THAT(said({"config", "--set", "database.prot=1"}), HasSubstr("did you mean 'port'?"));
    EXPECT_THAT(said({"config", "--product", "No Word"}), HasSubstr("'No Word' is no product"));
}

TEST_F(CliTest, errors_are_json_where_json_is_asked_for) {
    for (const std::vector<std::string>& arguments :
         std::vector<std::vector<std::string>>{{"--json"},
                                               {"--json", "upgarde"},
                                               {"upgarde", "--json"},
                                               {"status", "--x", "--json"}}) {
        const RunResult result = enginebay(arguments);
        EXPECT_EQ(result.exit_status, 64);
        EXPECT_EQ(error_of(result)->getValue<std::string>("code"), "usage");
        EXPECT_EQ(error_of(result)->getValue<int>("exit_status"), 64);
        EXPECT_THAT(result.err, IsEmpty());
    }
    write_file(folder / "bad.yml", "database:\n  prot: 1\n");
    const RunResult result = enginebay({"--json", "config", "--config", "bad.yml"});
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_EQ(error_of(result)->getValue<std::string>("code"), "configuration");
    EXPECT_THAT(error_of(result)->getValue<std::string>("where"), HasSubstr("bad.yml:2:3"));
}

TEST_F(CliTest, options_may_stand_before_and_after_the_command) {
    write_file(folder / "x.yml", "database: {engine: beta}\n");
    for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
             {"--config", "x.yml", "--json", "config"}, {"config", "--config=x.yml", "--json"}}) {
        EXPECT_EQ(json_of(enginebay(arguments))->getValue<std::string>("engine"), "beta");
    }
    EXPECT_EQ(enginebay({"plugins", "check", "--json", "no_such"}).exit_status, 78);
}

TEST_F(CliTest, a_full_disk_behind_standard_output_is_an_error) {
    const RunResult result =
        run({"/bin/sh", "-c", "\"$0\" config > /dev/full", program("enginebay").string()},
            environment, std::chrono::seconds{60}, folder.path());
    EXPECT_EQ(result.exit_status, 74);
    EXPECT_THAT(result.err, HasSubstr("standard output"));
}

/// The words of each `enginebay ...` that stands in the page as code.
std::vector<std::vector<std::string>> commands_in(const std::string& page) {
    std::vector<std::vector<std::string>> commands;
    const std::string opening = "`enginebay ";
    for (std::size_t at = 0; (at = page.find(opening, at)) != std::string::npos;) {
        at += opening.size();
        std::string text = page.substr(at, page.find('`', at) - at);
        std::ranges::replace_if(text, [](char c) { return c == '[' || c == ']'; }, ' ');
        std::istringstream stream{text};
        std::vector<std::string> words;
        for (std::string word; stream >> word;) {
            words.push_back(word);
        }
        commands.push_back(words);
    }
    return commands;
}

TEST_F(CliTest, the_documents_name_commands_and_options_that_exist) {
    const std::filesystem::path source = build_path("ENGINEBAY_TEST_SOURCE_DIR");
    std::size_t seen = 0;
    for (const char* page : {"docs/migrations.md", "docs/operations.md", "docs/errors.md",
                             "docs/architecture.md", "migrations/README.md"}) {
        for (const std::vector<std::string>& words : commands_in(read_file(source / page))) {
            SCOPED_TRACE(std::string{page} + ": enginebay " + words.front());
            const RunResult help = enginebay({words.front(), "--help"});
            EXPECT_EQ(help.exit_status, 0);
            const std::string all = help.out + enginebay({"--help"}).out;
            for (const std::string& word : words) {
                if (word.front() == '-') {
                    EXPECT_THAT(all, HasSubstr(word));
                }
            }
            ++seen;
        }
    }
    EXPECT_GE(seen, 20U);
}

}  // namespace
}  // namespace enginebay::testing
