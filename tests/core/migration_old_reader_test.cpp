// SPDX-License-Identifier: BSL-1.0
// Tests: the old daemon started again on a database that was taken over. Its list of versions, its
// schema.sql, its columns by name, its comparisons and its writes, with the bare SQLite library.
#include "old_databases_fixture.hpp"

#include <regex>
#include <sstream>
#include <string_view>

namespace enginebay::testing {
namespace {

namespace fs = std::filesystem;

/// What its models read of each table, in its order.
const std::map<std::string, std::string>& models() {
    static const std::map<std::string, std::string> columns{
        {"sessions",
         "session_id, computer_name, title, tmux_session_name, last_input_origin, adapter_metadata,"
         " created_at, last_activity, closed_at, terminal_size, project_path, subdir, description,"
         " initiated_by_ai, initiator_session_id, output_message_id, notification_sent,"
         " native_session_id, native_log_file, active_agent, thinking_mode, tui_log_file,"
         " tui_capture_started, last_message_sent, last_message_sent_at, last_output_raw,"
         " last_output_at, last_output_summary, working_slug, lifecycle_status,"
         " last_memory_extraction_at, help_desk_processed_at, relay_status,"
         " relay_discord_channel_id, relay_started_at, human_email, human_role, transcript_files,"
         " last_output_digest, last_tool_done_at, last_tool_use_at, last_checkpoint_at,"
         " char_offset"},
        {"voice_assignments", "id, service_name, voice, assigned_at"},
        {"pending_message_deletions", "id, session_id, message_id, deletion_type, created_at"},
        {"system_settings", "key, value, updated_at"},
        {"agent_availability", "agent, available, unavailable_until, reason"},
        {"hook_outbox",
         "id, session_id, event_type, payload, created_at, next_attempt_at, attempt_count,"
         " last_error, delivered_at, locked_at"},
        {"notification_outbox",
         "id, channel, recipient_email, content, file_path, status, created_at, delivered_at,"
         " attempt_count, next_attempt_at, last_error, locked_at"},
        {"session_listeners",
         "target_session_id, caller_session_id, caller_tmux_session, registered_at"},
        {"webhook_contracts", "id, contract_json, active, source, created_at, updated_at"},
        {"webhook_outbox",
         "id, contract_id, event_json, target_url, target_secret, status, created_at,"
         " delivered_at, attempt_count, next_attempt_at, last_error, locked_at"},
        {"memory_observations",
         "id, memory_session_id, project, type, title, subtitle, facts, narrative, concepts,"
         " files_read, files_modified, prompt_number, discovery_tokens, created_at,"
         " created_at_epoch, identity_key"},
        {"memory_summaries",
         "id, memory_session_id, project, request, investigated, learned, completed, next_steps,"
         " created_at, created_at_epoch"},
        {"memory_manual_sessions", "memory_session_id, project, created_at_epoch"}};
    return columns;
}

/// What its models read as a time: anything else fails its whole list.
constexpr std::string_view datetimes =
    "SELECT created_at FROM sessions UNION ALL SELECT last_activity FROM sessions"
    " UNION ALL SELECT closed_at FROM sessions UNION ALL SELECT last_message_sent_at FROM sessions"
    " UNION ALL SELECT last_output_at FROM sessions"
    " UNION ALL SELECT last_tool_done_at FROM sessions"
    " UNION ALL SELECT last_tool_use_at FROM sessions"
    " UNION ALL SELECT last_checkpoint_at FROM sessions"
    " UNION ALL SELECT assigned_at FROM voice_assignments"
    " UNION ALL SELECT updated_at FROM system_settings"
    " UNION ALL SELECT created_at FROM pending_message_deletions";

class OldReader : public OldDatabases {
protected:
    /// Taken over behind `steps` steps, up to our newest revision.
    fs::path adopted(const OldHistory& history, std::size_t steps) {
        const fs::path file =
            make([&](OldDatabase& database) { database.run_history(history, steps); });
        (void)target(file).upgrade();
        return file;
    }

    static void expect_readable(OldDatabase& database) {
        for (const auto& [table, columns] : models()) {
            std::string rows;
            EXPECT_NO_THROW(rows = database.dump("SELECT " + columns + " FROM " + table)) << table;
            EXPECT_EQ(database.dump("SELECT count(*) FROM " + table),
                      [lines = std::to_string(database.rows()[table].size())] {
                          return "1:" + std::to_string(lines.size()) + ":" + lines + "\n";
                      }())
                << table;
        }
        static const std::regex as_it_writes{
            "3:26:[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}|5:0:"};
        std::istringstream times{database.dump(std::string{datetimes})};
        for (std::string time; std::getline(times, time);) {
            EXPECT_TRUE(std::regex_match(time, as_it_writes)) << time;
        }
    }

    /// Each of its starts: schema.sql, then every migration that the list does not name.
    static void start(OldDatabase& database) {
        for (const std::string& statement : fresh().begin) {
            EXPECT_NO_THROW(database.run(statement)) << statement;
        }
        for (const OldStep& step : fresh().steps) {
            EXPECT_EQ(database.dump("SELECT count(*) FROM schema_migrations WHERE version = '" +
                                    step.version + "'"),
                      "1:1:1\n")
                << step.version << " would run again";
        }
    }
};

TEST_F(OldReader, finds_nothing_to_do_and_every_row) {
    for (const auto& [history, steps] :
         {std::pair{&january(), std::size_t{0}}, std::pair{&january(), std::size_t{7}},
          std::pair{&january(), january().steps.size()},
          std::pair{&fresh(), fresh().steps.size()}}) {
        SCOPED_TRACE("after " + std::to_string(steps) + " steps");
        const fs::path file = adopted(*history, steps);
        OldDatabase database{file};
        const OldRows before = database.rows();
        start(database);
        expect_readable(database);
        EXPECT_EQ(database.rows(), before);
        Target ours = target(file);
        EXPECT_TRUE(ours.migrations.check().equal);
        EXPECT_THAT(ours.upgrade().applied, ::testing::IsEmpty());
    }
}

TEST_F(OldReader, finds_what_is_due_what_is_stale_and_what_is_known) {
    const fs::path file = adopted(january(), january().steps.size());
    OldDatabase database{file};
    const std::string now = "'2999-03-01T00:00:00.000000+00:00'";
    // As its batch, its search, its list and its look-up by a field ask.
    EXPECT_EQ(database.dump("SELECT id FROM hook_outbox WHERE delivered_at IS NULL"
                            " AND next_attempt_at <= " +
                            now + " AND (locked_at IS NULL OR locked_at <= " + now +
                            ") ORDER BY created_at LIMIT 25"),
              database.dump("SELECT id FROM hook_outbox WHERE delivered_at IS NULL"
                            " AND next_attempt_at IS NOT NULL ORDER BY created_at"));
    EXPECT_NE(database.dump("SELECT o.id FROM memory_observations o JOIN memory_observations_fts f"
                            " ON f.rowid = o.id WHERE memory_observations_fts MATCH 'common'"),
              "");
    EXPECT_NE(database.dump("SELECT session_id FROM sessions WHERE closed_at IS NULL AND"
                            " lifecycle_status = 'active' ORDER BY last_activity DESC"),
              "");
    // What never was to be tried again, it never tries.
    EXPECT_EQ(database.dump("SELECT id FROM notification_outbox WHERE delivered_at IS NULL AND"
                            " status IN ('pending', 'failed') AND next_attempt_at <= " +
                            now + " AND attempt_count < 10"),
              database.dump("SELECT id FROM notification_outbox WHERE delivered_at IS NULL AND"
                            " status IN ('pending', 'failed') AND next_attempt_at IS NOT NULL"
                            " AND attempt_count < 10"));
}

TEST_F(OldReader, writes_as_before_and_is_read_by_us) {
    const fs::path file = adopted(january(), january().steps.size());
    {
        OldDatabase database{file};
        database.run(
            "INSERT INTO sessions (session_id, computer_name, title, last_input_origin, created_at,"
            " last_activity, initiated_by_ai, adapter_metadata) VALUES ('new', 'c', 't', 'api',"
            " '2026-03-01 10:00:00.000001', '2026-03-01 10:00:00.000001', 0, '{}')");
        database.run(
            "INSERT INTO hook_outbox (session_id, event_type, payload, created_at,"
            " next_attempt_at, attempt_count) VALUES ('new', 'stop', '{}',"
            " '2026-03-01T10:00:00+00:00', '2026-03-01T10:00:00+00:00', 0)");
        database.run(
            "INSERT INTO memory_observations (memory_session_id, project, type, narrative,"
            " created_at, created_at_epoch) VALUES ('m', 'p', 'gotcha', 'unheard',"
            " '2026-03-01T10:00:00+00:00', 1772359200)");
        EXPECT_EQ(database.dump("SELECT count(*) FROM memory_observations_fts"
                                " WHERE memory_observations_fts MATCH 'unheard'"),
                  "1:1:1\n");
    }
    Target ours = target(file);
    EXPECT_THAT(ours.upgrade().applied, ::testing::IsEmpty());
    EXPECT_TRUE(ours.migrations.check().equal);
    EXPECT_EQ(ours.count("sessions WHERE session_id = 'new'"), 1);
}

}  // namespace
}  // namespace enginebay::testing
