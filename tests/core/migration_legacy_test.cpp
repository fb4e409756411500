// SPDX-License-Identifier: BSL-1.0
// Tests: databases of the old daemon at every point of its history, also in the middle of a step,
// are taken over: afterwards they hold what the old daemon itself would have made of them.
#include "old_databases_fixture.hpp"

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

TEST_F(OldDatabases, of_january_are_adopted_in_every_state) { expect_all_adopted(january()); }

TEST_F(OldDatabases, that_a_later_schema_file_touched_are_adopted_behind_every_step) {
    for (std::size_t done = 0; done < january().steps.size() && !HasFailure();
         done += all_states() ? 1 : 3) {
        SCOPED_TRACE("after " + std::to_string(done) + " steps");
        expect_one_adopted(january(), done, 0,
                           [](OldDatabase& database) { database.run_schema(fresh()); });
    }
}

TEST_F(OldDatabases, of_a_later_installation_are_adopted_behind_every_step) {
    for (std::size_t done = 0; done < fresh().steps.size() && !HasFailure();
         done += all_states() ? 1 : 2) {
        SCOPED_TRACE("after " + std::to_string(done) + " steps");
        expect_one_adopted(fresh(), done, 0, {});
    }
}

// The old daemon's own steps lost these columns' values: its first step copied 30 columns, and the
// sixth not the identity key. What they did to rows besides is done, though the structure looks as
// if they had run: the list of versions says that they have not.
TEST_F(OldDatabases, of_a_later_installation_keep_rows_that_are_older_than_its_steps) {
    const std::string observation =
        "INSERT INTO memory_observations (id, memory_session_id, project, type, narrative,"
        " created_at, created_at_epoch, identity_key) VALUES"
        " (3, 'm', 'p', 'bugfix', 'common', '2026-02-01', 1, 'k'),"
        " (9, 'm', 'p', 'gotcha', 'x', '2026-02-01', 2, NULL)";
    const std::string session =
        "INSERT INTO sessions (session_id, computer_name, tmux_session_name, human_email,"
        " human_role, relay_status, relay_discord_channel_id, relay_started_at,"
        " help_desk_processed_at, last_memory_extraction_at, transcript_files) VALUES ('old', 'c',"
        " 'HEADLESS-1', 'a@b', 'admin', 'r', 'd', 't', 'h', 'm', '[\"\xc3\xa4\"]')";
    for (const std::size_t done : {std::size_t{0}, std::size_t{5}}) {
        SCOPED_TRACE("after " + std::to_string(done) + " steps");
        const fs::path file = make([&](OldDatabase& database) {
            database.run_history(fresh(), done);
            database.run(observation);
            if (done == 0) {
                database.run(session);
            }
            database.run("DELETE FROM memory_observations WHERE id = 9");
        });
        Target database = target(file);
        (void)adopt(database);
        EXPECT_EQ(differing_names(database.migrations), behind_the_baseline);
        OldDatabase live{file};
        EXPECT_EQ(live.dump("SELECT id, type, identity_key FROM memory_observations WHERE id = 3"),
                  "1:1:3|3:9:discovery|3:1:k\n");
        EXPECT_EQ(live.dump("SELECT seq FROM sqlite_sequence WHERE name = 'memory_observations'"),
                  "1:1:9\n");
        expect_search(live);
        EXPECT_EQ(live.dump("SELECT tmux_session_name, human_email, human_role, relay_status,"
                            " relay_discord_channel_id, relay_started_at, help_desk_processed_at,"
                            " last_memory_extraction_at, transcript_files FROM sessions"
                            " WHERE session_id = 'old'"),
                  done > 0 ? ""
                           : "5:0:|3:3:a@b|3:5:admin|3:1:r|3:1:d|3:1:t|3:1:h|3:1:m|"
                             "3:6:[\"\xc3\xa4\"]\n");
    }
}

// Behind the steps, a type or a name that they would have changed was written by somebody who
// meant it: the old daemon would leave it, too.
TEST_F(OldDatabases, of_a_later_installation_keep_rows_that_are_younger_than_its_steps) {
    const fs::path file = make([](OldDatabase& database) {
        database.run_history(fresh(), 8);
        database.run(
            "UPDATE sessions SET tmux_session_name = 'headless-9' WHERE session_id = 's1'");
    });
    (void)target(file).upgrade();
    OldDatabase live{file};
    EXPECT_EQ(live.dump("SELECT type FROM memory_observations WHERE memory_session_id = 'm1'"),
              "3:6:bugfix\n");
    EXPECT_EQ(live.dump("SELECT tmux_session_name FROM sessions WHERE session_id = 's1'"),
              "3:10:headless-9\n");
}

TEST_F(OldDatabases, whose_first_start_was_interrupted_are_completed) {
    for (std::size_t made = 1; made < fresh().begin.size() && !HasFailure(); made += 7) {
        const fs::path file = make([&](OldDatabase& database) {
            for (std::size_t i = 0; i < made; ++i) {
                database.run(fresh().begin[i]);
            }
        });
        Target database = target(file);
        EXPECT_THAT(database.upgrade().adopted, ElementsAre("0001_baseline"));
        EXPECT_TRUE(database.migrations.check().equal);
    }
}

TEST_F(OldDatabases, version_rows_are_not_trusted) {
    const fs::path file = make([](OldDatabase& database) { database.run_history(january(), 5); });
    const fs::path expected = make([](OldDatabase&) {});
    fs::copy_file(file, expected, fs::copy_options::overwrite_existing);
    {
        OldDatabase database{expected};
        database.run_steps(january(), 5);
        database.run_schema(fresh());
        database.run("DELETE FROM schema_migrations WHERE version LIKE '0%' AND version NOT IN ('" +
                     january().steps[0].version + "')");
        OldDatabase liar{file};
        liar.run("DELETE FROM schema_migrations");
        for (std::size_t i = 0; i < january().steps.size(); ++i) {
            if (i > 7) {
                liar.record(january().steps[i]);
            }
            if (i > 0) {
                database.record(january().steps[i]);
            }
        }
    }
    expect_adopted(file, expected);
}

TEST_F(OldDatabases, rows_that_refer_to_nothing_are_told_of_and_kept) {
    const fs::path file = make([](OldDatabase& database) { database.run_history(january(), 0); });
    EXPECT_THAT(target(file).upgrade().notes,
                ElementsAre("1 row of 'pending_message_deletions' refers to what is not in "
                            "'sessions' and was kept: 3"));
    EXPECT_EQ(OldDatabase{file}.dump("SELECT count(*) FROM pending_message_deletions"), "1:1:3\n");
}

TEST_F(OldDatabases, the_highest_number_given_out_is_kept_where_the_old_step_lost_it) {
    const fs::path file = make([](OldDatabase& database) { database.run_history(january(), 5); });
    (void)target(file).upgrade();
    EXPECT_EQ(OldDatabase{file}.dump("SELECT seq FROM sqlite_sequence"
                                     " WHERE name = 'memory_observations'"),
              "1:1:7\n");
}

TEST_F(OldDatabases, a_new_database_runs_no_frozen_step_and_needs_no_copy) {
    const fs::path file = make([](OldDatabase&) {});
    const UpgradeReport report = target(file).upgrade();
    EXPECT_THAT(report.applied, ::testing::Contains("0001_baseline"));
    EXPECT_THAT(report.adopted, IsEmpty());
    EXPECT_EQ(report.copy, "");
    EXPECT_EQ(OldDatabase{file}.dump("SELECT 1 FROM sqlite_schema WHERE name LIKE 'schema_mi%'"),
              "");
}

}  // namespace
}  // namespace enginebay::testing
