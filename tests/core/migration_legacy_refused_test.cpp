// SPDX-License-Identifier: BSL-1.0
// Tests: databases that no history of the old daemon explains: told of in full, and not touched;
// and the copies that are made of those that are adopted.
#include "old_databases_fixture.hpp"

namespace enginebay::testing {
namespace {

using ::testing::HasSubstr;
using Rows = OldRows;
namespace fs = std::filesystem;

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
        const std::string bytes = read_file(file);
        const Error error = error_of(Errc::input, [&] { return target(file).upgrade(); });
        EXPECT_TRUE(read_file(file) == bytes) << "not a byte is another";
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

}  // namespace
}  // namespace enginebay::testing
