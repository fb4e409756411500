// SPDX-License-Identifier: BSL-1.0
// enginebay downgrade and prove on a real database.
#include "cli/cli_fixture.hpp"
#include "core/torture_history.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>

namespace enginebay::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class CliProveTest : public CliDatabaseTest {
protected:
    RunResult prove(std::vector<std::string> more = {}) const {
        std::vector<std::string> arguments{program("enginebay").string(), "--product", "bay",
                                           "--json", "prove"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(std::move(arguments), environment, std::chrono::seconds{550}, folder.path());
    }
    /// Each revision was killed somewhere, and nothing was found wrong.
    static void expect_proven(const RunResult& result, std::size_t revisions) {
        ASSERT_EQ(result.exit_status, 0) << result.err << result.out;
        const Poco::JSON::Object::Ptr report = json_of(result);
        EXPECT_TRUE(report->getValue<bool>("ok"));
        const Poco::JSON::Array::Ptr list = report->getArray("revisions");
        ASSERT_EQ(list->size(), revisions);
        std::size_t changed = 0;
        for (unsigned i = 0; i < revisions; ++i) {
            const Poco::JSON::Object::Ptr one = list->getObject(i);
            EXPECT_GE(one->getValue<int>("boundaries"), 3);
            // The last kill is behind the commit; rows alone leave the structure as it was.
            changed += static_cast<std::size_t>(one->getValue<int>("after") >= 1);
            EXPECT_EQ(one->getValue<int>("before") + one->getValue<int>("after") +
                          one->getValue<int>("between"),
                      one->getValue<int>("boundaries"));
        }
        EXPECT_GT(changed, revisions / 2);
        const Poco::JSON::Object::Ptr all = report->getObject("all");
        EXPECT_GE(all->getValue<int>("boundaries"), 4);
        EXPECT_GE(all->getValue<int>("before"), 3);
        EXPECT_GE(all->getValue<int>("after"), 1) << "behind the last commit";
    }
};

TEST_F(CliProveTest, downgrade_takes_revisions_back) {
    const auto edit = [&](const std::string& way) {
        std::string text{test_revision_2};
        text.replace(text.find("irreversible"), std::string::npos, way);
        write_file(folder / "migrations/versions/0002_kind.yaml", text);
    };
    edit("downgrade: [{drop_column: {table: notes, column: kind}}]\n");
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    EXPECT_EQ(bay({"downgrade", "-1", "--plan"}).out, "would undo 0002_kind\n");
    RunResult result = bay({"downgrade", "-1"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "undid 0002_kind\nthe database is at 0001_notes\n");
    result = bay({"downgrade", "base", "--json"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(json_of(result)->getArray("undone")->getElement<std::string>(0), "0001_notes");
    EXPECT_EQ(json_of(result)->getArray("current")->size(), 0U);
    EXPECT_EQ(bay({"downgrade", "base"}).out,
              "nothing to do: the database is at the base: no revision\n");
    EXPECT_EQ(bay({"downgrade", "0001_notes"}).exit_status, 65);
    EXPECT_EQ(bay({"downgrade"}).exit_status, 64);
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    edit("irreversible: nobody asked for it\n");
    result = bay({"downgrade", "0001_notes"});
    EXPECT_EQ(result.exit_status, 65);
    EXPECT_THAT(result.err, AllOf(HasSubstr("0002_kind.yaml"), HasSubstr("cannot be undone")));
}

// More rounds by ENGINEBAY_TEST_ROUNDS.
TEST_F(CliProveTest, of_five_programs_at_once_one_does_everything) {
    const char* wanted = std::getenv("ENGINEBAY_TEST_ROUNDS");
    const int rounds = wanted == nullptr ? 20 : std::stoi(wanted);
    for (int round = 0; round < rounds; ++round) {
        const TestDatabase fresh = Backend::current().create_database();
        configure(fresh.config());
        std::vector<ChildProcess> programs;
        programs.reserve(5);
        for (int i = 0; i < 5; ++i) {
            programs.emplace_back(std::vector<std::string>{program("enginebay").string(),
                                                           "--product", "bay", "upgrade"},
                                  environment, folder.path());
        }
        int workers = 0;
        int idle = 0;
        for (ChildProcess& one : programs) {
            ASSERT_EQ(one.wait(std::chrono::seconds{100}), 0) << one.err();
            workers += static_cast<int>(one.out() ==
                                        "applied 0001_notes\napplied 0002_kind\nthe database is "
                                        "at 0002_kind\n");
            idle += static_cast<int>(one.out() == "nothing to do: the database is at 0002_kind\n");
        }
        EXPECT_EQ(workers, 1) << "round " << round;
        EXPECT_EQ(idle, 4) << "round " << round;
    }
}

TEST_F(CliProveTest, a_small_history_is_proven_and_told_in_a_table) {
    expect_proven(prove(), 2);
    const RunResult result = bay({"prove"});
    EXPECT_EQ(result.exit_status, 0) << result.err;
    EXPECT_THAT(result.out, AllOf(HasSubstr("REVISION"), HasSubstr("0002_kind"),
                                  HasSubstr("proven: 2 revisions, killed")));
    EXPECT_EQ(bay({"upgrade"}).out,
              "applied 0001_notes\napplied 0002_kind\nthe database is at 0002_kind\n")
        << "the database itself is untouched";
}

TEST_F(CliProveTest, nothing_has_to_be_decided_about_a_scratch_database) {
    const auto file = folder / "migrations/versions/0002_kind.yaml";
    write_file(file, read_file(file) + "# DECIDE: whether it stays\n");
    expect_proven(prove({"--rows", "2"}), 2);
    EXPECT_EQ(bay({"upgrade"}).exit_status, 65) << "the database itself is none";
}

TEST_F(CliProveTest, an_interrupt_ends_it_and_takes_the_scratch_databases_away) {
    std::filesystem::remove_all(folder / "migrations");
    (void)write_torture(folder / "migrations");
    const std::filesystem::path temporary = folder / "temporary";
    std::filesystem::create_directory(temporary);
    environment["TMPDIR"] = temporary.string();
    ChildProcess proof{
        {program("enginebay").string(), "--product", "bay", "prove"}, environment, folder.path()};
    ASSERT_TRUE(proof.wait_for_line("killed", std::chrono::seconds{60})) << proof.err();
    proof.kill(SIGINT);
    const auto status = proof.wait(std::chrono::seconds{30});
    ASSERT_TRUE(status);
    EXPECT_EQ(*status, 130) << proof.err();
    EXPECT_TRUE(std::filesystem::is_empty(temporary));
    DatabaseConfig scratch = database->config();
    if (!scratch.dbname.empty()) {  // on a server
        scratch.dbname = "enginebay_prove_" + std::to_string(proof.pid()) + "_1";
        EXPECT_THROW((void)plugin_host().open(scratch)->connect(Access::read_write), Error);
    }
}

TEST_F(CliProveTest, the_history_of_every_operation_is_proven) {
    std::filesystem::remove_all(folder / "migrations");
    const std::vector<std::string> ids = write_torture(folder / "migrations");
    expect_proven(prove({"--rows", "10"}), ids.size());
}

TEST_F(CliProveTest, the_history_of_the_daemon_is_proven) {
    std::filesystem::remove_all(folder / "migrations");
    std::filesystem::copy(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations",
                          folder / "migrations", std::filesystem::copy_options::recursive);
    const RunResult result = prove();
    EXPECT_EQ(result.exit_status, 0) << result.err << result.out;
    EXPECT_TRUE(json_of(result)->getValue<bool>("ok"));
}

}  // namespace
}  // namespace enginebay::testing
