// SPDX-License-Identifier: BSL-1.0
// enginebay upgrade, status, check, history, schema, lock, doctor on a real database.
#include "cli/cli_fixture.hpp"

#include <csignal>

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using Json = Poco::JSON::Object::Ptr;

std::vector<std::string> texts(const Json& object, const std::string& key) {
    std::vector<std::string> result;
    const Poco::JSON::Array::Ptr list = object->getArray(key);
    for (std::size_t i = 0; i < list->size(); ++i) {
        result.push_back(list->getElement<std::string>(static_cast<unsigned>(i)));
    }
    return result;
}

using Texts = std::vector<std::string>;

TEST_F(CliDatabaseTest, upgrade_then_status_then_check) {
    RunResult result = bay({"upgrade", "0001_notes", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err << result.out;
    EXPECT_EQ(texts(json_of(result), "applied"), (Texts{"0001_notes"}));

    result = bay({"status", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(json_of(result)->getValue<std::string>("engine"), Backend::current().name());
    EXPECT_THAT(json_of(result)->getValue<std::string>("server_version"), Not(IsEmpty()));
    EXPECT_EQ(texts(json_of(result), "current"), (Texts{"0001_notes"}));
    EXPECT_EQ(texts(json_of(result), "heads"), (Texts{"0002_kind"}));
    EXPECT_EQ(texts(json_of(result), "pending"), (Texts{"0002_kind"}));
    EXPECT_THAT(bay({"status"}).out, HasSubstr("pending   0002_kind"));

    result = bay({"check", "--json"});
    EXPECT_EQ(result.exit_status, 1) << result.err;
    EXPECT_FALSE(json_of(result)->getValue<bool>("equal"));
    const Json difference = json_of(result)->getArray("differences")->getObject(0);
    EXPECT_EQ(difference->getValue<std::string>("kind"), "column");
    EXPECT_EQ(difference->getValue<std::string>("table"), "notes");
    EXPECT_EQ(difference->getValue<std::string>("name"), "kind");
    EXPECT_THAT(difference->getValue<std::string>("live"), IsEmpty());
    EXPECT_THAT(bay({"check"}).out, HasSubstr("column notes.kind"));

    result = bay({"upgrade"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out, "applied 0002_kind\nthe database is at 0002_kind\n");
    EXPECT_THAT(result.err, HasSubstr("1/1 0002_kind: done"));
    EXPECT_THAT(result.err, Not(HasSubstr("\x1b"))) << "no terminal here";

    result = bay({"check", "--json"});
    EXPECT_EQ(result.exit_status, 0) << result.out;
    EXPECT_TRUE(json_of(result)->getValue<bool>("equal"));
}

TEST_F(CliDatabaseTest, an_upgrade_that_has_nothing_to_do_says_so) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    const RunResult result = bay({"upgrade"});
    EXPECT_EQ(result.exit_status, 0);
    EXPECT_EQ(result.out, "nothing to do: the database is at 0002_kind\n");
    EXPECT_THAT(result.err, IsEmpty());
}

TEST_F(CliDatabaseTest, plan_tells_and_does_nothing) {
    ASSERT_EQ(bay({"upgrade", "0001_notes"}).exit_status, 0);
    const RunResult result = bay({"upgrade", "--plan", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Json pending = json_of(result)->getArray("pending")->getObject(0);
    EXPECT_EQ(pending->getValue<std::string>("revision"), "0002_kind");
    EXPECT_EQ(pending->getValue<std::string>("message"), "Notes have a kind");
    EXPECT_THAT(bay({"upgrade", "--plan"}).out, HasSubstr("0002_kind  Notes have a kind"));
    EXPECT_EQ(texts(json_of(bay({"status", "--json"})), "current"), (Texts{"0001_notes"}));
}

TEST_F(CliDatabaseTest, sql_is_written_without_a_database) {
    configure(Backend::current().missing(database->config()));
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"upgrade", "--sql"},
             {"schema"},
             {"schema", "--sql"},
             {"schema", "--sql", Backend::current().name()},
             {"upgrade", "--sql", "--backend", Backend::current().name()}}) {
        const RunResult result = bay(command);
        EXPECT_EQ(result.exit_status, 0) << result.err;
        EXPECT_THAT(result.out, HasSubstr("CREATE TABLE"));
        EXPECT_THAT(result.out, HasSubstr("notes"));
        std::vector<std::string> with_json = command;
        with_json.emplace_back("--json");
        EXPECT_GT(json_of(bay(with_json))->getArray("statements")->size(), 0U);
    }
    EXPECT_THAT(bay({"schema", "--mermaid"}).out, HasSubstr("identity id PK"));
}

TEST_F(CliDatabaseTest, the_live_structure_is_shown) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    const RunResult result = bay({"schema", "--live", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_GT(json_of(result)->getArray("structure")->size(), 3U);
    EXPECT_THAT(bay({"schema", "--live"}).out, HasSubstr("notes"));
}

TEST_F(CliDatabaseTest, history_tells_what_was_applied_when) {
    ASSERT_EQ(bay({"upgrade", "0001_notes"}).exit_status, 0);
    const RunResult result = bay({"history", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    const Poco::JSON::Array::Ptr revisions = json_of(result)->getArray("revisions");
    ASSERT_EQ(revisions->size(), 2U);
    EXPECT_EQ(revisions->getObject(0)->getValue<std::string>("state"), "applied");
    EXPECT_THAT(revisions->getObject(0)->getValue<std::string>("by"), HasSubstr("enginebay "));
    EXPECT_EQ(revisions->getObject(1)->getValue<std::string>("state"), "pending");
    EXPECT_FALSE(revisions->getObject(1)->has("applied_at"));
    EXPECT_THAT(bay({"history"}).out, HasSubstr("Notes are kept"));
    EXPECT_EQ(bay({"history", "--graph"}).out,
              "* 0002_kind (pending)  Notes have a kind\n* 0001_notes (applied)  Notes are kept\n");
}

TEST_F(CliDatabaseTest, the_graph_is_drawn_with_lines) {
    const auto add = [this](const std::string& id, const std::string& parents) {
        write_file(folder.path() / ("migrations/versions/" + id + ".yaml"),
                   "revision: " + id + "\nparents: [" + parents + "]\nmessage: m\nupgrade: []\n");
    };
    add("0003_a", "0002_kind");
    add("0003_b", "0002_kind");
    add("0003_c", "0001_notes");
    add("0004_ab", "0003_a, 0003_b");
    add("0005_all", "0004_ab, 0003_c");
    add("0006_end", "0005_all");
    ASSERT_EQ(bay({"upgrade", "+1"}).exit_status, 0);
    const RunResult result = bay({"history", "--graph"});
    ASSERT_EQ(result.exit_status, 0) << result.err;
    EXPECT_EQ(result.out,
              "* 0006_end (pending)  m\n"
              "* 0005_all (pending)  m\n"
              "|\\\n"
              "* | 0004_ab (pending)  m\n"
              "|\\ \\\n"
              "| | * 0003_c (pending)  m\n"
              "| * | 0003_b (pending)  m\n"
              "* | | 0003_a (pending)  m\n"
              "|/ /\n"
              "* | 0002_kind (pending)  Notes have a kind\n"
              "|/\n"
              "* 0001_notes (applied)  Notes are kept\n");
}

TEST_F(CliDatabaseTest, a_running_daemon_is_not_migrated_under_its_feet) {
    DatabaseConfig config = database->config();
    config.product = "bay";
    const std::unique_ptr<Engine> engine = plugin_host().open(config);
    LockOptions options;
    options.name = "bay-daemon";
    const LockAttempt attempt = engine->instance_lock(options)->try_acquire();
    ASSERT_TRUE(attempt.guard);

    const RunResult busy = bay({"upgrade"});
    EXPECT_EQ(busy.exit_status, 75);
    EXPECT_THAT(busy.err, HasSubstr("bay-daemon"));
    EXPECT_THAT(busy.err, HasSubstr("pid " + std::to_string(::getpid())));
    EXPECT_THAT(busy.err, HasSubstr("--online"));

    const RunResult lock = bay({"lock", "--json"});
    ASSERT_EQ(lock.exit_status, 0) << lock.err;
    EXPECT_TRUE(json_of(lock)->getValue<bool>("held"));
    EXPECT_EQ(json_of(lock)->getObject("holder")->getValue<int>("pid"), ::getpid());
    EXPECT_THAT(bay({"lock"}).out, HasSubstr("held by pid " + std::to_string(::getpid())));

    EXPECT_EQ(bay({"upgrade", "--online"}).exit_status, 0);
}

TEST_F(CliDatabaseTest, a_lock_that_nobody_holds_is_free) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    EXPECT_FALSE(json_of(bay({"lock", "--json"}))->getValue<bool>("held"));
    EXPECT_EQ(bay({"lock"}).out, "bay-daemon: free\n");
}

TEST_F(CliDatabaseTest, a_database_that_is_not_there_is_69_and_is_not_made) {
    configure(Backend::current().missing(database->config()));
    for (const char* command : {"status", "check", "history", "doctor"}) {
        const RunResult result = bay({command});
        EXPECT_EQ(result.exit_status, 69) << command << result.err;
        const RunResult again = bay({command});
        EXPECT_EQ(again.exit_status, 69) << "the first one made something";
    }
    EXPECT_EQ(error_of(bay({"status", "--json"}))->getValue<std::string>("code"), "unreachable");
}

TEST_F(CliDatabaseTest, who_may_not_is_77_and_who_cannot_69) {
    configure(Backend::current().unreachable(database->config()));
    EXPECT_EQ(bay({"status"}).exit_status, 69);
    if (::geteuid() == 0 && Backend::current().location() == Location::file) {
        return;  // root may read every file
    }
    configure(Backend::current().forbidden(database->config()));
    EXPECT_EQ(bay({"status"}).exit_status, 77);
}

TEST_F(CliDatabaseTest, a_bad_revision_is_65_with_its_place) {
    write_file(folder / "migrations/versions/0002_kind.yaml",
               "revision: 0002_kind\nparents: [0001_notes]\nmesage: x\n");
    for (const char* command : {"status", "upgrade", "check", "schema", "history"}) {
        const RunResult result = bay({command, "--json"});
        EXPECT_EQ(result.exit_status, 65) << command;
        EXPECT_THAT(error_of(result)->getValue<std::string>("where"),
                    HasSubstr("0002_kind.yaml:3:1"));
    }
}

TEST_F(CliDatabaseTest, an_unknown_target_is_65) {
    const RunResult result = bay({"upgrade", "0099_nothing"});
    EXPECT_EQ(result.exit_status, 65);
    EXPECT_THAT(result.err, HasSubstr("0099_nothing"));
}

TEST_F(CliDatabaseTest, a_failing_migration_is_76_and_leaves_the_database_as_it_was) {
    write_file(folder / "migrations/versions/0003_fails.yaml",
               "revision: 0003_fails\nparents: [0002_kind]\nmessage: It fails\n"
               "upgrade:\n  - execute: [INSERT INTO no_such_table VALUES (1)]\n"
               "irreversible: it never was\n");
    const RunResult result = bay({"upgrade"});
    EXPECT_EQ(result.exit_status, 76) << result.err;
    EXPECT_THAT(result.err, HasSubstr("0003_fails"));
    EXPECT_EQ(texts(json_of(bay({"status", "--json"})), "current"), (Texts{"0002_kind"}));
}

TEST_F(CliDatabaseTest, without_migrations_the_message_says_where_they_are_looked_for) {
    const TestDatabase named{database->config(), nullptr};
    write_file(folder / "bay.yml", named.yaml());
    const RunResult result = bay({"upgrade"});
    EXPECT_EQ(result.exit_status, 78);
    EXPECT_THAT(result.err, HasSubstr("migrations.path"));
}

TEST_F(CliDatabaseTest, an_interrupted_upgrade_ends_between_two_revisions) {
    ASSERT_EQ(bay({"upgrade", "0001_notes"}).exit_status, 0);
    const std::unique_ptr<Engine> engine = database->engine();
    const std::unique_ptr<Connection> other = engine->connect(Access::read_write);
    other->begin(TransactionMode::write);
    other->execute("INSERT INTO notes (body) VALUES ('x')", {});

    ChildProcess upgrade{
        {program("enginebay").string(), "--product", "bay", "upgrade"}, environment, folder.path()};
    EXPECT_FALSE(upgrade.wait(std::chrono::milliseconds{500})) << upgrade.err();
    upgrade.kill(SIGINT);
    static_cast<void>(upgrade.wait(std::chrono::milliseconds{300}));
    other->commit();
    const auto status = upgrade.wait(std::chrono::seconds{20});
    ASSERT_TRUE(status);
    EXPECT_EQ(*status, 130) << upgrade.err();
    // The statement that was running when the signal came may have been the last one.
    EXPECT_THAT(texts(json_of(bay({"status", "--json"})), "current"),
                ::testing::AnyOf(Texts{"0001_notes"}, Texts{"0002_kind"}));
    EXPECT_EQ(bay({"upgrade"}).exit_status, 0);
    EXPECT_EQ(bay({"check"}).exit_status, 0);
}

TEST_F(CliDatabaseTest, doctor_finds_everything_well) {
    ASSERT_EQ(bay({"upgrade"}).exit_status, 0);
    const RunResult result = bay({"doctor", "--json"});
    ASSERT_EQ(result.exit_status, 0) << result.out;
    EXPECT_TRUE(json_of(result)->getValue<bool>("ok"));
    const RunResult text = bay({"doctor"});
    for (const char* subject : {"configuration", "plugin", "connection", "settings", "lock",
                                "revisions", "up to date at 0002_kind"}) {
        EXPECT_THAT(text.out, HasSubstr(subject));
    }
}

TEST_F(CliDatabaseTest, no_command_says_the_password) {
    const std::string password =
        database->config().password.empty() ? "hunter2" : database->config().password;
    DatabaseConfig wrong = database->config();
    wrong.password = password;
    configure(wrong);
    const std::vector<std::vector<std::string>> commands{
        {"config"}, {"status"},           {"upgrade"},          {"check"},  {"history"}, {"lock"},
        {"doctor"}, {"schema", "--live"}, {"upgrade", "--sql"}, {"plugins"}};
    const auto silent = [&] {
        for (std::vector<std::string> command : commands) {
            for (int round = 0; round < 2; ++round) {
                const RunResult result = bay(command);
                EXPECT_THAT(result.out, Not(HasSubstr(password))) << command.front();
                EXPECT_THAT(result.err, Not(HasSubstr(password))) << command.front();
                command.emplace_back("--json");
            }
        }
    };
    silent();
    wrong.dbname += "_absent";
    configure(wrong);
    silent();
    configure(Backend::current().unreachable(wrong));
    silent();
}

}  // namespace
}  // namespace enginebay::testing
