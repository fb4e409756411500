// SPDX-License-Identifier: BSL-1.0
// The store on each backend: voices, and look-ups of sessions by programs beside the daemon.
#include "daemon/running_daemon.hpp"
#include "daemon/store_fixture.hpp"

#include <enginebay/timestamp.hpp>

#include <gmock/gmock.h>

#include <optional>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using namespace std::chrono_literals;

TEST_F(StoreTest, a_voice_is_assigned_and_assigned_anew) {
    EXPECT_EQ(store_->voices().get("one"), std::nullopt);
    store_->voices().assign("one", "elevenlabs", "Anna");
    EXPECT_EQ(store_->voices().get("one"), "Anna");
    store_->voices().assign("one", "openai", "nova");
    EXPECT_EQ(store_->voices().get("one"), "nova");
    Session session = database_->session();
    const auto row =
        session.query_one<teleclaude::VoiceAssignment>("SELECT * FROM voice_assignments");
    EXPECT_EQ(row.service_name, "openai");
    ASSERT_TRUE(row.assigned_at);
    EXPECT_LT(now() - *row.assigned_at, 1min);
}

TEST_F(StoreTest, a_voice_that_is_null_reads_as_empty) {
    database_->session().execute("INSERT INTO voice_assignments (id, voice) VALUES ('one', NULL)");
    EXPECT_EQ(store_->voices().get("one"), "");
}

TEST_F(StoreTest, voices_in_use_are_those_of_sessions_that_are_not_closed) {
    add_session("open");
    add_session("no status", ", lifecycle_status", ", NULL");
    add_session("closed", ", lifecycle_status", ", 'closed'");
    add_session("closed at", ", closed_at", ", CURRENT_TIMESTAMP");
    add_session("no service");
    for (const std::string id : {"open", "no status", "closed", "closed at", "nobody"}) {
        store_->voices().assign(id, "service", "of " + id);
    }
    database_->session().execute(
        "INSERT INTO voice_assignments (id, voice) VALUES ('no service', 'x')");
    EXPECT_THAT(store_->voices().in_use(),
                ElementsAre(Pair("service", "of no status"), Pair("service", "of open")));
}

TEST_F(StoreTest, old_voices_are_forgotten_by_the_instant_they_mean) {
    // A limit in the middle of today, so that spellings of one day meet on both sides of it.
    const auto noon = std::chrono::floor<std::chrono::days>(now()) - 24h + 12h;
    const auto max_age = std::chrono::duration_cast<std::chrono::seconds>(now() - noon);
    const auto text = [](Timestamp instant, bool t, bool fraction, const std::string& zone) {
        std::string written{to_text(instant).view()};
        if (t) {
            written[10] = 'T';
        }
        return written.substr(0, fraction ? 26 : 19) + zone;
    };
    const auto add = [&](const std::string& id, const std::string& assigned_at) {
        database_->session().execute(
            "INSERT INTO voice_assignments (id, assigned_at) VALUES (?, '" + assigned_at + "')",
            id);
    };
    for (const auto& [name, when] :
         {std::pair{"old", Timestamp{noon - 10min}}, std::pair{"young", Timestamp{noon + 10min}}}) {
        const std::string id{name};
        add(id + " 1", text(when, false, true, ""));
        add(id + " 2", text(when, false, false, ""));
        add(id + " 3", text(when, true, true, "+00:00"));
        add(id + " 4", text(when, true, true, "Z"));
        add(id + " 5", text(when + 2h, true, false, "+02:00"));
    }
    database_->session().execute(
        "INSERT INTO voice_assignments (id, assigned_at) VALUES ('never', NULL)");
    EXPECT_EQ(store_->voices().clean_up_stale(max_age), 6U);
    EXPECT_THAT(
        database_->session().query_all<std::string>("SELECT id FROM voice_assignments ORDER BY id"),
        ElementsAre("young 1", "young 2", "young 3", "young 4", "young 5"));
    EXPECT_EQ(store_->voices().clean_up_stale(max_age), 0U);
}

TEST_F(StoreTest, nothing_is_written_without_the_lock) {
    bool held = true;
    teleclaude::Store guarded{*database_, [&held] {
                                  if (!held) {
                                      throw Error{Errc::lock_lost, "lost"};
                                  }
                              }};
    guarded.voices().assign("one", "service", "voice");
    held = false;
    EXPECT_THROW(guarded.voices().assign("one", "service", "other"), Error);
    held = true;
    EXPECT_THROW(guarded.write([&held](Session& session) {
        session.execute("DELETE FROM voice_assignments");
        held = false;
    }),
                 Error);
    EXPECT_EQ(store_->voices().get("one"), "voice");
}

TEST_F(StoreTest, a_session_is_found_by_a_field) {
    add_session("older", ", tmux_session_name, last_activity", ", 'tmux', '2026-01-02 23:59:59'");
    add_session("younger", ", tmux_session_name, last_activity",
                ", 'tmux', '2026-01-03T00:30:00.000000+00:00'");
    add_session("oldest", ", tmux_session_name, last_activity", ", 'tmux', '2026-01-02T00:00:00Z'");
    add_session("never", ", tmux_session_name, last_activity", ", 'tmux', NULL");
    add_session("closed", ", tmux_session_name, closed_at, last_activity",
                ", 'tmux', CURRENT_TIMESTAMP, CURRENT_TIMESTAMP");
    EXPECT_EQ(store_->lookup().find_id("tmux_session_name", std::string{"tmux"}), "younger");
    EXPECT_EQ(store_->lookup().find_id("tmux_session_name", std::string{"none"}), std::nullopt);
}

TEST_F(StoreTest, instants_of_one_day_are_compared_as_instants) {
    add_session("later", ", title, last_activity", ", 'x', '2026-01-02 23:00:00'");
    add_session("sooner", ", title, last_activity", ", 'x', '2026-01-02T01:00:00Z'");
    EXPECT_EQ(store_->lookup().find_id("title", std::string{"x"}), "later");
}

TEST_F(StoreTest, a_field_of_a_session_has_its_meaning) {
    add_session("one", ", human_role, initiated_by_ai, last_output_at, char_offset, closed_at",
                ", 'admin', true, '2026-01-02T03:04:05.000006+00:00', 7, CURRENT_TIMESTAMP");
    EXPECT_EQ(store_->lookup().field("one", "human_role"), Value{std::string{"admin"}});
    EXPECT_EQ(store_->lookup().field("one", "initiated_by_ai"), Value{true});
    EXPECT_EQ(store_->lookup().field("one", "last_output_at"),
              Value{*parse_timestamp("2026-01-02 03:04:05.000006")});
    EXPECT_EQ(store_->lookup().field("one", "char_offset"), Value{std::int64_t{7}});
    EXPECT_EQ(store_->lookup().field("one", "title"), std::nullopt);
    EXPECT_EQ(store_->lookup().field("two", "human_role"), std::nullopt);
}

TEST_F(StoreTest, every_field_of_a_session_can_be_asked_for) {
    add_session("one");
    const Schema declared = teleclaude_migrations().declared();
    const auto sessions = std::find_if(declared.tables.begin(), declared.tables.end(),
                                       [](const Table& table) { return table.name == "sessions"; });
    ASSERT_NE(sessions, declared.tables.end());
    EXPECT_EQ(sessions->columns.size(), 43U);
    for (const auto& column : sessions->columns) {
        EXPECT_NO_THROW(store_->lookup().field("one", column.name)) << column.name;
    }
}

TEST_F(StoreTest, a_field_that_sessions_do_not_have_is_refused_with_the_list) {
    for (const std::string field : {"nope", "session_id; DROP TABLE sessions", ""}) {
        try {
            store_->lookup().find_id(field, std::string{"x"});
            ADD_FAILURE() << "'" << field << "' was taken";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Errc::usage);
            EXPECT_THAT(error.what(), HasSubstr("session_id, computer_name"));
            EXPECT_THAT(error.what(), HasSubstr("char_offset"));
        }
    }
}

class LookUpBesideTheDaemon : public BackendTest {};

TEST_F(LookUpBesideTheDaemon, needs_no_lock_and_changes_nothing) {
    const TestDatabase database = create_database();
    const DaemonHome home{database};
    ChildProcess daemon = home.launch_ready();
    backend().tamper(database,
                     "INSERT INTO sessions (session_id, computer_name, human_role)"
                     " VALUES ('one', 'here', 'admin')");
    {
        Database beside = Database::open(database.config(), plugin_host(), Access::read_only);
        teleclaude::SessionLookup sessions{beside};
        EXPECT_EQ(sessions.field("one", "human_role"), Value{std::string{"admin"}});
        EXPECT_EQ(sessions.find_id("human_role", std::string{"admin"}), "one");
    }
    EXPECT_EQ(end(daemon), 0);
}

TEST_F(LookUpBesideTheDaemon, finds_nothing_where_there_is_no_table) {
    const TestDatabase database = create_database();
    backend().tamper(database, "CREATE TABLE somebody_elses (id INTEGER)");
    Database beside = Database::open(database.config(), plugin_host(), Access::read_only);
    teleclaude::SessionLookup sessions{beside};
    EXPECT_EQ(sessions.field("one", "human_role"), std::nullopt);
    EXPECT_EQ(sessions.find_id("human_role", std::string{"admin"}), std::nullopt);
}

TEST_F(LookUpBesideTheDaemon, makes_no_database) {
    const TestDatabase database = create_database();
    const DatabaseConfig missing = backend().missing(database);
    Database beside = Database::open(missing, plugin_host(), Access::read_only);
    teleclaude::SessionLookup sessions{beside};
    EXPECT_THROW(sessions.field("one", "human_role"), Error);
    EXPECT_TRUE(missing.path.empty() || !std::filesystem::exists(missing.path));
}

}  // namespace
}  // namespace enginebay::testing
