// SPDX-License-Identifier: BSL-1.0
// Tests: the revision that rewrites old spellings of times, held against parse_timestamp(), which
// says what a spelling means.
#include "migration_run_fixture.hpp"
#include "old_database.hpp"

#include <enginebay/timestamp.hpp>

#include <gmock/gmock.h>

#include <random>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SpellingsOfTimes : public ::testing::Test {
protected:
    static MigrationSet migrations() {
        return MigrationSet::load(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations");
    }

    SpellingsOfTimes() : target_{config(), migrations()} { upgrade_to("0001_baseline"); }

    void upgrade_to(const std::string& revision) {
        UpgradeOptions options;
        options.target = revision;
        (void)target_.migrations.upgrade(options);
    }

    [[nodiscard]] DatabaseConfig config() const {
        DatabaseConfig config;
        config.engine = "sqlite";
        config.product = "teleclaude";
        config.path = folder_ / "teleclaude.db";
        return config;
    }

    OldDatabase database() { return OldDatabase{folder_ / "teleclaude.db"}; }

    /// A session each; what becomes of its time.
    void expect_rewritten(const std::vector<std::string>& spellings) {
        {
            OldDatabase old = database();
            old.run("BEGIN");
            for (const std::string& spelling : spellings) {
                old.run("INSERT INTO sessions (session_id, computer_name, created_at) VALUES ('" +
                        spelling + "', 'c', '" + spelling + "')");
            }
            old.run("COMMIT");
        }
        (void)target_.upgrade();
        OldDatabase now = database();
        for (const std::string& spelling : spellings) {
            std::string expected = spelling;
            try {
                if (const auto instant = parse_timestamp(spelling)) {
                    expected = to_text(*instant).view();
                }
            } catch (const Error&) {
                expected = spelling;  // beyond the years that the form holds
            }
            EXPECT_EQ(
                now.dump("SELECT created_at FROM sessions WHERE session_id = '" + spelling + "'"),
                "3:" + std::to_string(expected.size()) + ":" + expected + "\n")
                << spelling;
        }
    }

    TemporaryFolder folder_;
    Target target_;
};

TEST_F(SpellingsOfTimes, of_every_kind_become_one) {
    expect_rewritten(
        {"2026-01-31 12:00:00.123456", "2026-01-31 12:00:00", "2026-01-31T12:00:00.5+00:00",
         "2026-01-31T12:00:00Z", "2026-01-31T12:00Z", "2026-01-31",
         "2026-01-31T23:59:59.999999-00:30", "2025-12-31T23:59:59.9999999-02",
         "2026-03-01 00:30:00+0100", "2024-02-29 23:00:00-05:45", "2026-01-31 12:00:00.0000001",
         "0000-01-01 00:00:00", "9999-12-31 23:59:59.999999Z", "2026-06-30T00:00:00.000001+23:59"});
}

TEST_F(SpellingsOfTimes, that_are_none_stay_as_they_are) {
    expect_rewritten({"",
                      "soon",
                      "now",
                      "12:00",
                      "2026-02-30 12:00:00",
                      "2026-13-01",
                      "2026-00-10",
                      "2026-01-31 24:00:00",
                      "2026-01-31 12:60:00",
                      "2026-01-31 12:00:60",
                      "2026-01-31T",
                      "2026-01-31 12",
                      "2026-01-31 12:00:00.",
                      "2026-01-31 12:00:00.5x",
                      "2026-01-31 12:00:00 ",
                      " 2026-01-31 12:00:00",
                      "2026-01-31  12:00:00",
                      "2026-01-31t12:00:00",
                      "2026-01-31T12:00:00z",
                      "2026-01-31T12:00:00 Z",
                      "2026-01-31T12:00:00+24:00",
                      "2026-01-31T12:00:00+01:60",
                      "2026-01-31T12:00:00+1:00",
                      "2026-01-31T12:00:00+01:",
                      "2026-01-31T12:00:00+01:00Z",
                      "2026-01-31-02",
                      "2026-01-31+02:00",
                      "2026-01-31Z",
                      "2026-01-31TZ",
                      "0000-01-01 00:00:00+00:01",
                      "9999-12-31 23:59:59-00:01",
                      "-2026-01-31",
                      "20260131T120000",
                      "\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa6-01-31",
                      "2026-01-31 12:00:00\xc2\xa0"});
}

TEST_F(SpellingsOfTimes, made_at_random_become_what_they_mean_or_stay) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::minstd_rand random{seed};
    const auto pick = [&](const std::vector<std::string>& parts) {
        return parts[std::uniform_int_distribution<std::size_t>{0, parts.size() - 1}(random)];
    };
    std::vector<std::string> spellings;
    for (int i = 0; i < 2000; ++i) {
        std::string text = pick({"2026", "2024", "1999", "0001", "26"}) +
                           pick({"-", "-", "-", "/"}) + pick({"01", "02", "12", "13", "00"}) + "-" +
                           pick({"01", "28", "29", "30", "31", "32"}) + pick({" ", "T", "", "_"}) +
                           pick({"00", "09", "23", "24", ""}) + pick({":", ":", "."}) +
                           pick({"00", "59", "60"}) + pick({":00", ":59", ":60", "", ":1"}) +
                           pick({"", ".0", ".5", ".123456", ".999999999", ".", ".-1"}) +
                           pick({"", "", "Z", "+00:00", "-23:59", "+0530", "-11", "+99", "+", "z"});
        spellings.push_back(
            text + (std::ranges::count(spellings, text) != 0 ? " " + std::to_string(i) : ""));
    }
    expect_rewritten(spellings);
}

TEST_F(SpellingsOfTimes, are_mended_in_every_column_that_holds_times) {
    const MigrationSet set = migrations();
    OldDatabase old = database();
    old.run("PRAGMA foreign_keys = OFF");
    int columns = 0;
    const Schema schema = set.schema_at("0001_baseline");
    for (const Table& table : schema.tables) {
        std::string names;
        std::string values;
        for (const Column& column : table.columns) {
            const bool time = column.type == ColumnType::timestamp;
            columns += time ? 1 : 0;
            names += (names.empty() ? "" : ", ") + ("\"" + column.name + "\"");
            values += values.empty() ? "" : ", ";
            values += time                             ? "'2026-01-31T12:00:00+01:00'"
                      : column.name == "deletion_type" ? "'feedback'"
                      : column.type == ColumnType::text || column.type == ColumnType::json ? "'{}'"
                                                                                           : "1";
        }
        old.run("INSERT INTO " + table.name + " (" + names + ") VALUES (" + values + ")");
    }
    EXPECT_EQ(columns, 32);
    const auto before = old.rows();
    (void)target_.upgrade();
    const auto after = old.rows();
    EXPECT_EQ(after, with_one_spelling(before));
    for (const auto& [table, rows] : after) {
        for (const std::string& row : rows) {
            EXPECT_THAT(row, ::testing::Not(HasSubstr("T12:00:00"))) << table;
        }
    }
}

TEST_F(SpellingsOfTimes, an_empty_time_of_a_notification_meant_never_again) {
    database().run(
        "INSERT INTO notification_outbox (channel, recipient_email, content, status, created_at,"
        " attempt_count, next_attempt_at) VALUES ('c', 'r', '1', 'failed', '2026-01-31', 10, ''),"
        " ('c', 'r', '2', 'pending', '2026-01-31', 0, ''),"
        " ('c', 'r', '3', 'failed', '2026-01-31', 2, '2026-01-31T12:00:00Z')");
    (void)target_.upgrade();
    EXPECT_EQ(database().dump("SELECT content, status, next_attempt_at FROM notification_outbox"),
              "3:1:1|3:11:dead_letter|5:0:\n"
              "3:1:2|3:7:pending|5:0:\n"
              "3:1:3|3:6:failed|3:26:2026-01-31 12:00:00.000000\n");
}

TEST_F(SpellingsOfTimes, the_search_index_stays_in_step_even_where_it_was_not) {
    OldDatabase old = database();
    old.run("DROP TRIGGER memory_obs_ai");
    old.run(
        "INSERT INTO memory_observations (memory_session_id, project, type, narrative, created_at,"
        " created_at_epoch) VALUES ('m', 'p', 'discovery', 'unheard', '2026-01-31T12:00:00Z', 1)");
    old.run(
        "CREATE TRIGGER memory_obs_ai AFTER INSERT ON memory_observations BEGIN INSERT INTO"
        " memory_observations_fts(rowid, title, subtitle, narrative, facts, concepts) VALUES"
        " (new.id, new.title, new.subtitle, new.narrative, new.facts, new.concepts); END");
    (void)target_.upgrade();
    EXPECT_EQ(old.dump("SELECT count(*) FROM memory_observations_fts"
                       " WHERE memory_observations_fts MATCH 'unheard'"),
              "1:1:1\n");
    old.run(
        "INSERT INTO memory_observations_fts(memory_observations_fts, rank)"
        " VALUES ('integrity-check', 1)");
}

TEST_F(SpellingsOfTimes, going_back_leaves_rows_that_the_revision_before_reads) {
    UpgradeOptions back;
    back.target = "0001_baseline";
    upgrade_to("0002_one_spelling_of_times");
    EXPECT_THAT(target_.migrations.downgrade(back).undone,
                ElementsAre("0002_one_spelling_of_times"));
    EXPECT_THAT(target_.upgrade().applied,
                ElementsAre("0002_one_spelling_of_times", "0003_open_sessions"));
}

TEST_F(SpellingsOfTimes, what_is_none_is_told_of_when_a_database_is_taken_over) {
    OldDatabase old = database();
    old.run(
        "INSERT INTO sessions (session_id, computer_name, created_at, closed_at) VALUES"
        " ('a', 'c', 'soon', '2026-01-31T12:00:00Z'), ('b', 'c', '2026-02-30', ''),"
        " ('d', 'c', '2026-01-31', 'an ''odd'' text of more than forty bytes, and \n a line')");
    old.run("DROP TABLE enginebay_revision");
    const UpgradeReport report = target_.upgrade();
    EXPECT_THAT(report.adopted, ElementsAre("0001_baseline"));
    EXPECT_THAT(
        report.notes,
        ElementsAre("2 values of 'sessions.created_at' are no times and were kept: 'a' 'soon', "
                    "'b' '2026-02-30'",
                    "1 value of 'sessions.closed_at' is no time and was kept: 'd' 'an 'odd' text "
                    "of more than forty bytes, ...'"));
    EXPECT_EQ(old.dump("SELECT created_at FROM sessions WHERE session_id = 'a'"), "3:4:soon\n");
}

}  // namespace
}  // namespace enginebay::testing
