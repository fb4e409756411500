// SPDX-License-Identifier: BSL-1.0
// Tests: databases of the old daemon at every point of its history, also in the middle of a step,
// are taken over: afterwards they hold what the old daemon itself would have made of them.
#include "migration_run_fixture.hpp"
#include "old_database.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Rows = std::map<std::string, std::vector<std::string>>;
namespace fs = std::filesystem;

const fs::path& source() {
    static const fs::path folder = build_path("ENGINEBAY_TEST_SOURCE_DIR");
    return folder;
}

const OldHistory& january() {
    static const OldHistory history{source() / "tests/core/old_daemon/january.sql"};
    return history;
}

const OldHistory& fresh() {
    static const OldHistory history{source() / "tests/core/old_daemon/fresh.sql"};
    return history;
}

/// ENGINEBAY_ALL_STATES: without it, some of the states that differ little from their neighbours
/// are left out.
bool all_states() { return std::getenv("ENGINEBAY_ALL_STATES") != nullptr; }

/// The old 006 forgot the highest number given out; ours does not.
void forget_marks(Rows& rows) { rows.erase("sqlite_sequence"); }

class OldDatabases : public ::testing::Test {
protected:
    /// A new file that `make` has filled.
    fs::path make(const std::function<void(OldDatabase&)>& make) {
        const fs::path file = folder_.path() / ("db" + std::to_string(++made_) + "/teleclaude.db");
        fs::create_directories(file.parent_path());
        OldDatabase database{file};
        make(database);
        return file;
    }

    static Target target(const fs::path& file) {
        DatabaseConfig config;
        config.engine = "sqlite";
        config.product = "teleclaude";
        config.path = file;
        return {config, MigrationSet::load(source() / "migrations")};
    }

    static std::string copy_of(const fs::path& file) {
        return file.string() + ".before-0001_baseline";
    }

    /// Adopts `file` and holds it against `expected`, which the old daemon has finished.
    static void expect_adopted(const fs::path& file, const fs::path& expected) {
        const Rows before = OldDatabase{file}.rows();
        Target database = target(file);
        UpgradeReport report;
        try {
            report = adopt(database);
        } catch (const Error& error) {
            FAIL() << error.what();
        }
        EXPECT_THAT(report.adopted, ElementsAre("0001_baseline"));
        EXPECT_EQ(report.copy, copy_of(file));
        for (const Difference& difference : database.migrations.check().differences) {
            ADD_FAILURE() << difference.kind << " " << difference.table << "." << difference.name
                          << ": declared " << difference.declared << ", live " << difference.live;
        }
        OldDatabase live{file};
        Rows rows = live.rows();
        Rows wanted = OldDatabase{expected}.rows();
        expect_marks(before, rows);
        forget_marks(rows);
        forget_marks(wanted);
        for (const auto& [table, content] : wanted) {
            EXPECT_EQ(rows[table], content) << table;
        }
        EXPECT_EQ(rows.size(), wanted.size());
        EXPECT_EQ(OldDatabase{report.copy}.rows(), before);
        EXPECT_EQ(live.dump("PRAGMA integrity_check"), "3:2:ok\n");
        expect_search(live);
        const Rows spelled = with_one_spelling(live.rows());
        const UpgradeReport rest = database.upgrade();
        EXPECT_THAT(rest.adopted, IsEmpty());
        EXPECT_THAT(rest.applied, ElementsAre("0002_one_spelling_of_times"));
        EXPECT_EQ(live.rows(), spelled);
        EXPECT_TRUE(database.migrations.check().equal);
        expect_search(live);
        EXPECT_THAT(database.upgrade().applied, IsEmpty());
    }

    /// The baseline alone: what the steps of the old daemon make, and nothing more.
    static UpgradeReport adopt(Target& database) {
        UpgradeOptions options;
        options.target = "0001_baseline";
        return database.migrations.upgrade(options);
    }

    /// A number once given out is never given out again.
    static void expect_marks(const Rows& before, const Rows& after) {
        if (before.contains("sqlite_sequence")) {
            for (const std::string& mark : before.at("sqlite_sequence")) {
                const bool leftover = mark.find("_new|") != std::string::npos;
                EXPECT_TRUE(leftover || std::ranges::count(after.at("sqlite_sequence"), mark) == 1)
                    << mark;
            }
        }
    }

    /// The index finds what the table holds.
    static void expect_search(OldDatabase& database) {
        database.run(
            "INSERT INTO memory_observations_fts(memory_observations_fts, rank)"
            " VALUES ('integrity-check', 1)");
        EXPECT_EQ(database.dump("SELECT count(*) FROM memory_observations_fts"
                                " WHERE memory_observations_fts MATCH 'common'"),
                  database.dump("SELECT count(*) FROM memory_observations"
                                " WHERE narrative LIKE '%common%' OR title = 'common'"));
    }

    /// Each state that a crash between two commits of the old daemon leaves, from before the first
    /// step to behind the last.
    void expect_all_adopted(const OldHistory& history) {
        for (std::size_t done = 0; done <= history.steps.size() && !HasFailure(); ++done) {
            const std::size_t parts =
                done == history.steps.size() ? 0 : history.steps[done].together + 1;
            for (std::size_t part = 0; part <= parts && !HasFailure(); ++part) {
                if (!all_states() && part != 0 && part != parts && part % 3 != 1) {
                    continue;
                }
                SCOPED_TRACE("after " + std::to_string(done) + " steps and " +
                             std::to_string(part) + " statements of the next");
                expect_one_adopted(history, done, part, {});
            }
        }
    }

    void expect_one_adopted(const OldHistory& history, std::size_t done, std::size_t part,
                            const std::function<void(OldDatabase&)>& also) {
        const fs::path file =
            make([&](OldDatabase& database) { database.run_history(history, done); });
        const fs::path expected = make([](OldDatabase&) {});
        fs::copy_file(file, expected, fs::copy_options::overwrite_existing);
        if (part > 0) {
            OldDatabase{file}.run_part(history.steps[done], part);
        }
        if (also) {
            OldDatabase database{file};
            also(database);
        }
        {
            OldDatabase database{expected};
            database.run_steps(history, done);
            database.run_schema(fresh());
        }
        expect_adopted(file, expected);
    }

    TemporaryFolder folder_;
    int made_{0};
};

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
// sixth not the identity key. A step whose structure is there already is not run, so it renames no
// values either.
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
        EXPECT_TRUE(database.migrations.check().equal);
        OldDatabase live{file};
        EXPECT_EQ(live.dump("SELECT id, type, identity_key FROM memory_observations WHERE id = 3"),
                  "1:1:3|3:6:bugfix|3:1:k\n");
        EXPECT_EQ(live.dump("SELECT seq FROM sqlite_sequence WHERE name = 'memory_observations'"),
                  "1:1:9\n");
        expect_search(live);
        EXPECT_EQ(live.dump("SELECT tmux_session_name, human_email, human_role, relay_status,"
                            " relay_discord_channel_id, relay_started_at, help_desk_processed_at,"
                            " last_memory_extraction_at, transcript_files FROM sessions"
                            " WHERE session_id = 'old'"),
                  done > 0 ? ""
                           : "3:10:HEADLESS-1|3:3:a@b|3:5:admin|3:1:r|3:1:d|3:1:t|3:1:h|3:1:m|"
                             "3:6:[\"\xc3\xa4\"]\n");
    }
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

/// Refused with 65 and the differences; not a byte of its content is another afterwards.
class UnknownDatabases : public OldDatabases {
protected:
    Error refused(std::size_t steps, const std::vector<std::string>& tampering) {
        const fs::path file = make([&](OldDatabase& database) {
            database.run_history(january(), steps);
            for (const std::string& sql : tampering) {
                database.run(sql);
            }
        });
        const std::string all = "SELECT * FROM sqlite_schema";
        const Rows before = OldDatabase{file}.rows();
        const std::string schema = OldDatabase{file}.dump(all);
        const Error error = error_of(Errc::input, [&] { return target(file).upgrade(); });
        EXPECT_EQ(OldDatabase{file}.rows(), before);
        EXPECT_EQ(OldDatabase{file}.dump(all), schema);
        EXPECT_FALSE(fs::exists(copy_of(file))) << "nothing was changed, so no copy is of use";
        return error;
    }
};

TEST_F(UnknownDatabases, name_the_nearest_state_and_every_difference) {
    const Error error =
        refused(8, {"ALTER TABLE sessions ADD COLUMN mood TEXT", "DROP TABLE hook_outbox",
                    "CREATE TABLE hook_outbox (id INTEGER)"});
    EXPECT_THAT(error.what(), HasSubstr("not that of revision '008_add_human_identity_fields'"));
    EXPECT_THAT(error.what(), HasSubstr("column sessions.mood: not expected (is: TEXT)"));
    EXPECT_THAT(error.what(), HasSubstr("column hook_outbox.payload: missing"));
    EXPECT_THAT(error.what(), HasSubstr("Nothing was changed"));
}

TEST_F(UnknownDatabases, are_those_where_a_step_would_silently_drop_something) {
    const Error column = refused(0, {"ALTER TABLE sessions ADD COLUMN mine TEXT"});
    EXPECT_THAT(column.what(), HasSubstr("sessions.mine: not expected"));
    const Error index = refused(0, {"CREATE INDEX mine ON sessions(title)"});
    EXPECT_THAT(index.what(), HasSubstr("index sessions.mine: not expected"));
    const Error trigger =
        refused(5, {"CREATE TRIGGER mine AFTER DELETE ON memory_observations BEGIN SELECT 1; END"});
    EXPECT_THAT(trigger.what(), HasSubstr("trigger memory_observations.mine: not expected"));
}

TEST_F(UnknownDatabases, are_those_where_a_leftover_table_has_rows) {
    const Error error = refused(5, {"CREATE TABLE memory_observations_new (id INTEGER PRIMARY KEY)",
                                    "INSERT INTO memory_observations_new VALUES (1)"});
    EXPECT_THAT(error.what(), HasSubstr("table memory_observations_new: not expected"));
}

TEST_F(UnknownDatabases, are_those_that_a_step_cannot_run_on) {
    const Error error = refused(4, {"ALTER TABLE sessions DROP COLUMN last_feedback_received"});
    EXPECT_THAT(error.what(), HasSubstr("column sessions.last_feedback_received: missing"));
    EXPECT_THAT(error.what(), HasSubstr("cannot run"));
}

TEST_F(UnknownDatabases, are_those_that_lack_what_later_steps_built_on) {
    const Error column = refused(16, {"ALTER TABLE sessions DROP COLUMN human_role"});
    EXPECT_THAT(column.what(), HasSubstr("column sessions.human_role: missing"));
    EXPECT_THAT(column.what(), HasSubstr("'015_add_session_char_offset' was behind it"));
    const Error table = refused(9, {"DROP TABLE system_settings"});
    EXPECT_THAT(table.what(), HasSubstr("table system_settings: missing"));
}

TEST_F(OldDatabases, an_earlier_copy_is_never_written_over_and_an_equal_one_not_made_twice) {
    const auto begin = [](OldDatabase& database) { database.run_history(january(), 0); };
    const fs::path file = make(begin);
    write_file(copy_of(file), "somebody's");
    EXPECT_EQ(target(file).upgrade().copy, copy_of(file) + ".2");
    EXPECT_EQ(read_file(copy_of(file)), "somebody's");

    const fs::path again = make([](OldDatabase&) {});
    fs::copy_file(copy_of(file) + ".2", again, fs::copy_options::overwrite_existing);
    fs::copy_file(copy_of(file) + ".2", copy_of(again));
    write_file(copy_of(again) + ".partial", "left by one that was killed");
    EXPECT_EQ(target(again).upgrade().copy, copy_of(again));
    EXPECT_FALSE(fs::exists(copy_of(again) + ".2"));
    EXPECT_FALSE(fs::exists(copy_of(again) + ".partial"));
}

TEST_F(OldDatabases, the_copy_has_the_rights_of_the_database) {
    const fs::path file = make([](OldDatabase& database) { database.run_history(january(), 0); });
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    const fs::path copy = target(file).upgrade().copy;
    EXPECT_EQ(fs::status(copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
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
