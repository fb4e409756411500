// SPDX-License-Identifier: BSL-1.0
// Tests: Ctrl-C and SIGTERM while a statement runs, and while another program is waited for: the
// run ends soon, says where the database stands, and the next one goes on.
#include "cli/cli_fixture.hpp"

#include <enginebay/instance_lock.hpp>

#include <csignal>
#include <thread>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::chrono::seconds soon{20};  // the statement takes minutes
constexpr std::chrono::milliseconds a_while{300};

/// Takes minutes while there is a note 'slow', and no time without one.
const std::string slow = R"(  - execute:
      sqlite:
        - UPDATE notes SET kind = 'x' WHERE id = (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n
          WHERE i < (SELECT 1 + 3000000000 * count(*) FROM notes WHERE body = 'slow')) SELECT -max(i) FROM n)
      postgresql:
        - SELECT pg_sleep(300 * (SELECT count(*) FROM notes WHERE body = 'slow'))
)";
const std::string early = "  - insert_rows: {table: notes, rows: [{body: early}]}\n";
const std::string third = "revision: 0003_slow\nparents: [0002_kind]\nmessage: Slow\n";

class CliInterruptTest : public CliDatabaseTest, public ::testing::WithParamInterface<int> {
protected:
    void make_third(const std::string& rest) const {
        write_file(folder / "migrations/versions/0003_slow.yaml", third + rest);
    }
    void execute(const std::string& sql) const {
        database->engine()->connect(Access::read_write)->execute(sql, {});
    }
    [[nodiscard]] std::int64_t notes(const std::string& body) const {
        const auto engine = database->engine();
        const auto connection = engine->connect(Access::read_only);
        Cursor& cursor =
            connection->query("SELECT count(*) FROM notes WHERE body = '" + body + "'", {});
        const std::int64_t count = cursor.next()[0].as_integer();
        cursor.close();
        return count;
    }
    [[nodiscard]] std::string current() const {
        return json_of(bay({"status", "--json"}))->getArray("current")->getElement<std::string>(0);
    }
    ChildProcess launch(std::vector<std::string> command) const {
        command.insert(command.begin(), {program("enginebay").string(), "--product", "bay"});
        return ChildProcess{std::move(command), environment, folder.path()};
    }
    /// Starts it, waits for a line that has `sign` and a little more, and interrupts it.
    std::string interrupt(const std::vector<std::string>& command, const std::string& sign) {
        ChildProcess child = launch(command);
        EXPECT_TRUE(child.wait_for_line(sign, soon)) << child.err();
        std::this_thread::sleep_for(a_while);
        EXPECT_TRUE(child.running()) << child.err();
        child.kill(GetParam());
        const auto status = child.wait(soon);
        EXPECT_TRUE(status) << "it goes on";
        EXPECT_EQ(status.value_or(0), 128 + GetParam()) << child.err();
        return child.err() + child.out();
    }
};

TEST_P(CliInterruptTest, a_long_statement_is_cancelled_and_its_revision_undone) {
    make_third("upgrade:\n" + early + slow + "irreversible: a test\n");
    ASSERT_EQ(bay({"upgrade", "0002"}).exit_status, 0);
    execute("INSERT INTO notes (body) VALUES ('slow')");
    const std::string said = interrupt({"upgrade"}, "1/1 0003_slow");
    EXPECT_THAT(said, HasSubstr("enginebay: interrupted: "));
    EXPECT_THAT(said,
                HasSubstr("0003_slow.yaml:6: revision '0003_slow' failed at statement 2 of 2"));
    EXPECT_THAT(said, HasSubstr("The database is at 0002_kind."));
    EXPECT_EQ(notes("early"), 0);
    EXPECT_EQ(current(), "0002_kind");

    execute("DELETE FROM notes");
    const RunResult next = bay({"upgrade"});
    EXPECT_EQ(next.exit_status, 0) << next.err;
    EXPECT_EQ(notes("early"), 1);
}

TEST_P(CliInterruptTest, json_tells_the_same) {
    make_third("upgrade:\n" + slow + "irreversible: a test\n");
    ASSERT_EQ(bay({"upgrade", "0002"}).exit_status, 0);
    execute("INSERT INTO notes (body) VALUES ('slow')");
    ChildProcess child = launch({"upgrade", "--json"});
    ASSERT_TRUE(child.wait_for_line("1/1 0003_slow", soon));
    std::this_thread::sleep_for(a_while);
    child.kill(GetParam());
    ASSERT_TRUE(child.wait(soon));
    const auto error = error_of({128 + GetParam(), child.out(), child.err()});
    EXPECT_EQ(error->getValue<int>("exit_status"), 128 + GetParam());
    EXPECT_EQ(error->getValue<std::string>("code"), "cancelled");
    EXPECT_THAT(error->getValue<std::string>("message"),
                HasSubstr("The database is at 0002_kind."));
}

TEST_P(CliInterruptTest, of_a_revision_in_steps_the_steps_that_are_done_stay) {
    make_third("transactional: false\nupgrade:\n" + early + slow + early +
               "irreversible: a test\n");
    ASSERT_EQ(bay({"upgrade", "0002"}).exit_status, 0);
    execute("INSERT INTO notes (body) VALUES ('slow')");
    const std::string said = interrupt({"upgrade"}, "1/1 0003_slow");
    EXPECT_THAT(said, HasSubstr("Statements 1 to 1 of revision '0003_slow' are done and kept"));
    EXPECT_EQ(notes("early"), 1);
    EXPECT_EQ(current(), "0002_kind");

    execute("DELETE FROM notes WHERE body = 'slow'");
    const RunResult next = bay({"upgrade"});
    EXPECT_EQ(next.exit_status, 0) << next.err;
    EXPECT_EQ(notes("early"), 2) << "it went on behind the first";
}

TEST_P(CliInterruptTest, a_downgrade_stays_where_it_was) {
    make_third("upgrade: []\ndowngrade:\n" + early + slow);
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    execute("INSERT INTO notes (body) VALUES ('slow')");
    const std::string said = interrupt({"downgrade", "-1", "--yes"}, "1/1 0003_slow");
    EXPECT_THAT(said, HasSubstr("The database is at 0003_slow."));
    EXPECT_EQ(notes("early"), 0);
    execute("DELETE FROM notes");
    EXPECT_EQ(bay({"downgrade", "-1", "--yes"}).exit_status, 0);
}

TEST_P(CliInterruptTest, waiting_for_another_run_is_told_and_ends) {
    ASSERT_EQ(bay({"upgrade", "0001"}).exit_status, 0);
    DatabaseConfig config = database->config();
    config.product = "bay";
    const auto engine = plugin_host().open(config);
    LockOptions options;
    options.name = "bay-migration";
    const auto lock = engine->instance_lock(options);
    const LockAttempt other = lock->try_acquire();
    ASSERT_TRUE(other.guard);
    const std::string said = interrupt({"upgrade"}, "waiting: it is being migrated by pid ");
    EXPECT_THAT(said, HasSubstr("enginebay: interrupted\nThe database is at 0001_notes."));
}

INSTANTIATE_TEST_SUITE_P(By, CliInterruptTest, ::testing::Values(SIGINT, SIGTERM),
                         [](const auto& parameter) {
                             return std::string{parameter.param == SIGINT ? "SIGINT" : "SIGTERM"};
                         });

}  // namespace
}  // namespace enginebay::testing
