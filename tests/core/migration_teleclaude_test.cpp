// SPDX-License-Identifier: BSL-1.0
// Tests: TeleClaude's own migrations on each backend.
#include "migration_run_fixture.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>

namespace enginebay::testing {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

class TeleClaudeMigrationsRun : public BackendTest {
protected:
    static MigrationSet migrations() {
        return MigrationSet::load(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations");
    }
};

TEST_F(TeleClaudeMigrationsRun, make_the_declared_schema_of_an_empty_database) {
    const TestDatabase database = create_database();
    Target target{database, migrations()};
    EXPECT_THAT(target.upgrade().current, ElementsAreArray(target.migrations.set().heads()));
    const CheckReport check = target.migrations.check();
    for (const Difference& difference : check.differences) {
        ADD_FAILURE() << difference.kind << " " << difference.table << "." << difference.name
                      << ": declared " << difference.declared << ", live " << difference.live;
    }
    EXPECT_TRUE(check.equal);
    EXPECT_THAT(target.upgrade().applied, IsEmpty());
}

TEST_F(TeleClaudeMigrationsRun, a_new_row_has_the_declared_defaults) {
    const TestDatabase database = create_database();
    Target target{database, migrations()};
    (void)target.upgrade();
    target.run("INSERT INTO sessions (session_id, computer_name) VALUES ('s', 'c')");
    EXPECT_EQ(
        target.count("sessions WHERE last_input_origin = 'telegram' AND terminal_size = '80x24'"
                     " AND lifecycle_status = 'active' AND char_offset = 0"
                     " AND created_at IS NOT NULL AND closed_at IS NULL"
                     " AND NOT initiated_by_ai AND NOT notification_sent"),
        1);
    target.run(
        "INSERT INTO pending_message_deletions (session_id, message_id, deletion_type)"
        " VALUES ('s', 'm', 'feedback')");
    (void)error_of(Errc::check_violation, [&] {
        target.run(
            "INSERT INTO pending_message_deletions (session_id, message_id, deletion_type)"
            " VALUES ('s', 'm', 'other')");
    });
    (void)error_of(Errc::foreign_key_violation, [&] {
        target.run(
            "INSERT INTO pending_message_deletions (session_id, message_id, deletion_type)"
            " VALUES ('none', 'm', 'feedback')");
    });
    (void)error_of(Errc::unique_violation, [&] {
        target.run(
            "INSERT INTO pending_message_deletions (session_id, message_id, deletion_type)"
            " VALUES ('s', 'm', 'feedback')");
    });
    target.run("DELETE FROM sessions");
    EXPECT_EQ(target.count("pending_message_deletions"), 0);
}

TEST_F(TeleClaudeMigrationsRun, keep_what_is_no_json_where_old_rows_hold_it) {
    const TestDatabase database = create_database();
    Target target{database, migrations()};
    (void)target.upgrade();
    target.run(
        "INSERT INTO sessions (session_id, computer_name, adapter_metadata)"
        " VALUES ('s', 'c', '{broken json')");
    target.run("INSERT INTO hook_outbox (session_id, event_type, payload) VALUES ('s', 'e', 'no')");
    EXPECT_EQ(target.count("sessions WHERE adapter_metadata = '{broken json'"), 1);
}

}  // namespace
}  // namespace enginebay::testing
