// SPDX-License-Identifier: BSL-1.0
// Tests: two upgrades of one database at once, one of which is killed at a random moment: the
// other comes to the head. ENGINEBAY_FAULT_ROUNDS says how often (4).
#include "cli/cli_fixture.hpp"

#include <algorithm>
#include <cstdlib>
#include <random>
#include <thread>

namespace enginebay::testing {
namespace {

constexpr int last = 12;
constexpr std::chrono::seconds patience{60};

std::string number(int i) { return std::to_string(1000 + i).substr(1); }

class CliTwoRunsTest : public CliTest {
protected:
    void SetUp() override {
        if (!backend_is_there()) {
            return;
        }
        std::string schema = "tables:\n";
        for (int i = 1; i <= last; ++i) {
            const std::string id = number(i);
            const std::string table = "t" + id;
            const std::string columns =
                "columns: [{name: id, type: identity}, {name: a, type: text}], primary_key: [id]";
            const std::string check = "{name: ck" + id + ", expression: a <> 'z'}";
            schema += "  " + table + ": {" + columns + ", checks: [" + check + "]}\n";
            write_file(folder / ("migrations/versions/" + id + ".yaml"),
                       "revision: '" + id + "'\nparents: [" +
                           (i == 1 ? "" : "'" + number(i - 1) + "'") +
                           "]\nmessage: One more\nupgrade:\n  - create_table: {name: " + table +
                           ", " + columns + "}\n  - insert_rows: {table: " + table +
                           ", rows: [{a: x}, {a: y}]}\n  - add_check: {table: " + table +
                           ", check: " + check + "}\nirreversible: a test\n");
        }
        write_file(folder / "migrations/schema.yaml", schema);
    }
    static int rounds() {
        const char* text = std::getenv("ENGINEBAY_FAULT_ROUNDS");
        return text == nullptr ? 4 : std::max(1, std::atoi(text));
    }
    ChildProcess upgrade(bool online) const {
        std::vector<std::string> command{program("enginebay").string(), "--product", "bay",
                                         "upgrade"};
        if (online) {
            command.emplace_back("--online");
        }
        return ChildProcess{command, environment, folder.path()};
    }
    /// The configuration names a fresh database.
    TestDatabase fresh() const {
        TestDatabase database = Backend::current().create_database();
        write_file(folder / "bay.yml", database.yaml() + "migrations: {path: migrations}\n");
        return database;
    }
    static std::int64_t count(const TestDatabase& database, const std::string& from) {
        const auto engine = database.engine();
        const auto connection = engine->connect(Access::read_only);
        Cursor& cursor = connection->query("SELECT count(*) FROM " + from, {});
        const std::int64_t result = cursor.next()[0].as_integer();
        cursor.close();
        return result;
    }
};

TEST_F(CliTwoRunsTest, the_other_comes_to_the_head_when_one_is_killed) {
    std::chrono::microseconds whole{};
    {
        const TestDatabase database = fresh();
        const auto start = std::chrono::steady_clock::now();
        ASSERT_EQ(upgrade(false).wait(patience), 0);
        whole = std::chrono::duration_cast<std::chrono::microseconds>(
            std::chrono::steady_clock::now() - start);
    }
    const unsigned seed = std::random_device{}();
    std::minstd_rand random{seed};
    std::uniform_int_distribution<std::int64_t> moment{0, whole.count() * 3 / 2};
    for (int round = 0; round < rounds() && !HasFailure(); ++round) {
        const std::chrono::microseconds delay{moment(random)};
        SCOPED_TRACE("seed " + std::to_string(seed) + ", round " + std::to_string(round) +
                     ", killed after " + std::to_string(delay.count()) + " us");
        const TestDatabase database = fresh();
        ChildProcess killed = upgrade(round % 2 == 0);
        ChildProcess other = upgrade(round % 2 == 0);
        std::this_thread::sleep_for(delay);
        killed.kill(SIGKILL);
        ASSERT_EQ(other.wait(patience), 0) << other.err();
        EXPECT_EQ(count(database, "enginebay_revision"), last);
        for (int i = 1; i <= last; ++i) {
            EXPECT_EQ(count(database, "t" + number(i)), 2);
        }
        const RunResult check = enginebay({"--product", "bay", "check"});
        EXPECT_EQ(check.exit_status, 0) << check.out << check.err;
    }
}

}  // namespace
}  // namespace enginebay::testing
