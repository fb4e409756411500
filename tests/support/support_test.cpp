// SPDX-License-Identifier: BSL-1.0
// Tests of what the other tests rest on.
#include "support/backend.hpp"

#include <gmock/gmock.h>

#include <system_error>

namespace {

using namespace enginebay::testing;
using namespace std::chrono_literals;
using ::testing::EndsWith;

TEST(Run, gives_status_and_both_streams) {
    const RunResult result = run({"sh", "-c", "echo hi; echo oops >&2; exit 3"});
    EXPECT_EQ(result.exit_status, 3);
    EXPECT_EQ(result.out, "hi\n");
    EXPECT_EQ(result.err, "oops\n");
}

TEST(Run, ends_what_takes_too_long) { EXPECT_EQ(run({"sleep", "30"}, {}, 50ms).exit_status, -1); }

TEST(ChildProcess, talks_in_its_folder_with_its_environment) {
    ChildProcess child{{"sh", "-c", "read x; echo \"$x $V\"; seq 100000; pwd"},
                       {{"V", "a b"}, {"TELECLAUDE_X", "set"}},
                       "/"};
    child.write("hello\n");
    EXPECT_EQ(child.wait_for_line("hello", 5s), "hello a b");
    EXPECT_EQ(child.wait(10s), 0);
    EXPECT_THAT(child.out(), EndsWith("100000\n/\n"));
}

TEST(ChildProcess, does_not_inherit_a_products_configuration) {
    ::setenv("TELECLAUDE_TEST_LEAK", "1", 1);
    EXPECT_EQ(run({"sh", "-c", "echo \"<$TELECLAUDE_TEST_LEAK>\""}).out, "<>\n");
    ::unsetenv("TELECLAUDE_TEST_LEAK");
}

TEST(ChildProcess, tells_the_signal_that_ended_it) {
    ChildProcess child{{"sleep", "30"}};
    EXPECT_TRUE(child.running());
    child.kill(SIGTERM);
    EXPECT_EQ(child.wait(5s), 128 + SIGTERM);
    EXPECT_EQ(child.wait_for_line("never", 5s), std::nullopt) << "at once: it has ended";
    EXPECT_THROW(child.write("lost"), std::system_error) << "an error, not a signal";
}

TEST(ChildProcess, says_when_a_program_is_not_there) {
    EXPECT_THROW(ChildProcess{{"/no/such/program"}}, std::system_error);
}

TEST(TemporaryFolder, is_gone_with_its_content) {
    std::filesystem::path path;
    {
        TemporaryFolder folder;
        path = folder.path();
        write_file(folder / "a/b", "text");
        EXPECT_EQ(read_file(folder / "a/b"), "text");
        const TemporaryFolder moved = std::move(folder);
        EXPECT_TRUE(std::filesystem::exists(path));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

class TestDatabases : public BackendTest {};

TEST_F(TestDatabases, are_fresh_and_apart) {
    const TestDatabase one = create_database();
    const TestDatabase two = create_database();
    backend().tamper(one, "CREATE TABLE t (a text)");
    backend().tamper(two, "CREATE TABLE t (a text)");
    EXPECT_THROW(backend().tamper(one, "CREATE TABLE t (a text)"), std::runtime_error);
}

TEST_F(TestDatabases, open_through_the_plugin) {
    const TestDatabase database = create_database();
    const auto engine = database.engine();
    const auto connection = engine->connect(enginebay::Access::create);
    EXPECT_TRUE(connection->alive());
    EXPECT_EQ(backend().kill_connections(database),
              backend().location() == enginebay::Location::server);
}

}  // namespace
