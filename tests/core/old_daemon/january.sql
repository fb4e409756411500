-- SPDX-License-Identifier: BSL-1.0
-- The old daemon's history on a database of January 2026, which began before the first of its migrations.
-- Statements are paragraphs. `step` begins a migration; what stands behind `together` was one transaction, everything
-- else was committed statement by statement; `rows` is what users wrote before the next step.

--! begin

CREATE TABLE sessions (session_id TEXT PRIMARY KEY, computer_name TEXT NOT NULL, title TEXT, tmux_session_name
TEXT NOT NULL, last_input_origin TEXT NOT NULL DEFAULT 'telegram', adapter_metadata TEXT, created_at TIMESTAMP
DEFAULT CURRENT_TIMESTAMP, last_activity TIMESTAMP DEFAULT CURRENT_TIMESTAMP, closed_at TIMESTAMP,
terminal_size TEXT DEFAULT '80x24', project_path TEXT, subdir TEXT, description TEXT, initiated_by_ai BOOLEAN
DEFAULT 0, initiator_session_id TEXT, output_message_id TEXT, notification_sent INTEGER DEFAULT 0,
native_session_id TEXT, native_log_file TEXT, active_agent TEXT, thinking_mode TEXT, tui_log_file TEXT,
tui_capture_started INTEGER DEFAULT 0, last_message_sent TEXT, last_message_sent_at TEXT,
last_feedback_received TEXT, last_feedback_received_at TEXT, last_feedback_summary TEXT, working_slug TEXT,
lifecycle_status TEXT DEFAULT 'active', UNIQUE(computer_name, tmux_session_name))

CREATE TABLE IF NOT EXISTS voice_assignments (id TEXT PRIMARY KEY, service_name TEXT, voice TEXT DEFAULT '',
assigned_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP)

CREATE INDEX IF NOT EXISTS idx_voice_assignments_assigned_at ON voice_assignments(assigned_at)

CREATE TABLE IF NOT EXISTS pending_message_deletions (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT
NOT NULL, message_id TEXT NOT NULL, deletion_type TEXT NOT NULL CHECK(deletion_type IN ('user_input',
'feedback')), created_at TEXT DEFAULT CURRENT_TIMESTAMP, UNIQUE(session_id, message_id, deletion_type),
FOREIGN KEY (session_id) REFERENCES sessions(session_id) ON DELETE CASCADE)

CREATE INDEX IF NOT EXISTS idx_pending_deletions_session ON pending_message_deletions(session_id)

CREATE TABLE IF NOT EXISTS system_settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_at TIMESTAMP
DEFAULT CURRENT_TIMESTAMP)

CREATE TABLE IF NOT EXISTS agent_availability (agent TEXT PRIMARY KEY, available INTEGER DEFAULT 1,
unavailable_until TEXT, reason TEXT)

CREATE TABLE IF NOT EXISTS hook_outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, session_id TEXT NOT NULL,
event_type TEXT NOT NULL, payload TEXT NOT NULL, created_at TEXT DEFAULT CURRENT_TIMESTAMP, next_attempt_at
TEXT DEFAULT CURRENT_TIMESTAMP, attempt_count INTEGER DEFAULT 0, last_error TEXT, delivered_at TEXT, locked_at
TEXT)

CREATE INDEX IF NOT EXISTS idx_hook_outbox_pending ON hook_outbox(delivered_at, next_attempt_at)

CREATE TABLE IF NOT EXISTS schema_migrations (version TEXT PRIMARY KEY, applied_at TEXT DEFAULT
CURRENT_TIMESTAMP)

INSERT INTO schema_migrations (version) VALUES ('001_add_ux_columns'), ('002_add_working_slug'),
('003_add_closed_at'), ('004_remove_closed_column'), ('005_project_path_refactor'),
('006_remove_working_directory'), ('007_split_project_path_subdir'), ('008_add_lifecycle_status'),
('008_rename_terminal_outbox'), ('009_drop_api_outbox'), ('010_last_input_origin'),
('011_add_last_feedback_summary'), ('012_simplify_voice_assignments')

--! rows

INSERT INTO sessions (session_id, computer_name, title, tmux_session_name, lifecycle_status, last_activity,
adapter_metadata, last_message_sent_at, last_feedback_received, last_feedback_received_at) VALUES ('s1',
'mac', 'Title', 'claude-1', 'active', '2026-01-30 10:00:00.123456', NULL, '2026-01-30 10:00:00.123456', 'said
0', '2026-01-30 10:00:00.123456')

INSERT INTO sessions (session_id, computer_name, title, tmux_session_name, lifecycle_status, last_activity,
adapter_metadata, last_message_sent_at, last_feedback_received, last_feedback_received_at) VALUES ('s2',
'mac', '', 'headless-abc', 'active', '2026-01-30 10:00:00', '', '2026-01-30 10:00:00', 'said 1', '2026-01-30
10:00:00')

INSERT INTO sessions (session_id, computer_name, title, tmux_session_name, lifecycle_status, last_activity,
adapter_metadata, last_message_sent_at, last_feedback_received, last_feedback_received_at) VALUES ('s3',
'mac', NULL, 'HEADLESS-X', 'closed', '2026-01-30T10:00:00.5+00:00', '{broken json',
'2026-01-30T10:00:00.5+00:00', 'said 2', '2026-01-30T10:00:00.5+00:00')

INSERT INTO sessions (session_id, computer_name, title, tmux_session_name, lifecycle_status, last_activity,
adapter_metadata, last_message_sent_at, last_feedback_received, last_feedback_received_at) VALUES ('s4',
'mac', 'Ünïcode', 'headless_x', 'active', '2026-01-30T10:00:00Z', 'null', '2026-01-30T10:00:00Z', 'said 3',
'2026-01-30T10:00:00Z')

INSERT INTO sessions (session_id, computer_name, title, tmux_session_name, lifecycle_status, last_activity,
adapter_metadata, last_message_sent_at, last_feedback_received, last_feedback_received_at) VALUES ('s5',
'mac', 'x', '', 'headless', '2026-01-30 10:00:00.123456', '{}', '2026-01-30 10:00:00.123456', 'said 4',
'2026-01-30 10:00:00.123456')

INSERT INTO sessions (session_id, computer_name, title, tmux_session_name, lifecycle_status, last_activity,
adapter_metadata, last_message_sent_at, last_feedback_received, last_feedback_received_at) VALUES ('s6',
'mac', 'two\\nlines', 't6', NULL, '2026-01-30 10:00:00', NULL, '2026-01-30 10:00:00', 'said 5', '2026-01-30
10:00:00')

INSERT INTO sessions (session_id, computer_name, tmux_session_name) VALUES ('s7', 'mac', 't7')

INSERT INTO sessions (session_id, computer_name, title, tmux_session_name, lifecycle_status, last_activity,
adapter_metadata, last_message_sent_at, last_feedback_received, last_feedback_received_at) VALUES ('s8',
'mac', 'gap', 't8', 'initializing', '2026-01-30T10:00:00.5+00:00', '', '2026-01-30T10:00:00.5+00:00', 'said
6', '2026-01-30T10:00:00.5+00:00')

DELETE FROM sessions WHERE session_id = 's7'

INSERT INTO pending_message_deletions (session_id, message_id, deletion_type, created_at) VALUES ('s1', 'm1',
'feedback', NULL), ('s1', 'm2', 'user_input', '2026-01-30T10:00:00+00:00'), ('nobody', 'm3', 'feedback',
NULL), ('s4', 'm4', 'feedback', NULL)

DELETE FROM pending_message_deletions WHERE message_id = 'm4'

INSERT INTO voice_assignments (id, service_name, voice, assigned_at) VALUES ('s1', NULL, 'v', NULL),
('native', 'eleven', '', '2026-01-01 00:00:00')

INSERT INTO system_settings (key, value) VALUES ('a:b', ''), ('ключ', 'значение')

INSERT INTO agent_availability (agent, available, unavailable_until) VALUES ('claude', 0,
'2026-02-01T00:00:00Z'), ('x', NULL, NULL)

INSERT INTO hook_outbox (session_id, event_type, payload) VALUES ('s1', 'stop', '{}'), ('gone', 'stop', 'no
json'), ('s1', 'stop', '')

DELETE FROM hook_outbox WHERE id = 3

--! step 001_fix_sessions_tmux_nullable

--! together

CREATE TABLE IF NOT EXISTS sessions_new (session_id TEXT PRIMARY KEY, computer_name TEXT NOT NULL, title TEXT,
tmux_session_name TEXT, last_input_origin TEXT NOT NULL DEFAULT 'telegram', adapter_metadata TEXT, created_at
TIMESTAMP DEFAULT CURRENT_TIMESTAMP, last_activity TIMESTAMP DEFAULT CURRENT_TIMESTAMP, closed_at TIMESTAMP,
terminal_size TEXT DEFAULT '80x24', project_path TEXT, subdir TEXT, description TEXT, initiated_by_ai BOOLEAN
DEFAULT 0, initiator_session_id TEXT, output_message_id TEXT, notification_sent INTEGER DEFAULT 0,
native_session_id TEXT, native_log_file TEXT, active_agent TEXT, thinking_mode TEXT, tui_log_file TEXT,
tui_capture_started INTEGER DEFAULT 0, last_message_sent TEXT, last_message_sent_at TEXT,
last_feedback_received TEXT, last_feedback_received_at TEXT, working_slug TEXT, lifecycle_status TEXT DEFAULT
'active', last_feedback_summary TEXT)

INSERT INTO sessions_new (session_id, computer_name, title, tmux_session_name, last_input_origin,
adapter_metadata, created_at, last_activity, closed_at, terminal_size, project_path, subdir, description,
initiated_by_ai, initiator_session_id, output_message_id, notification_sent, native_session_id,
native_log_file, active_agent, thinking_mode, tui_log_file, tui_capture_started, last_message_sent,
last_message_sent_at, last_feedback_received, last_feedback_received_at, last_feedback_summary, working_slug,
lifecycle_status) SELECT session_id, computer_name, title, tmux_session_name, last_input_origin,
adapter_metadata, created_at, last_activity, closed_at, terminal_size, project_path, subdir, description,
initiated_by_ai, initiator_session_id, output_message_id, notification_sent, native_session_id,
native_log_file, active_agent, thinking_mode, tui_log_file, tui_capture_started, last_message_sent,
last_message_sent_at, last_feedback_received, last_feedback_received_at, last_feedback_summary, working_slug,
lifecycle_status FROM sessions

DROP TABLE sessions

ALTER TABLE sessions_new RENAME TO sessions

UPDATE sessions SET tmux_session_name = NULL WHERE lifecycle_status = 'headless' OR tmux_session_name LIKE
'headless-%'

--! step 002_add_last_output_digest

ALTER TABLE sessions ADD COLUMN last_output_digest TEXT

--! rows

UPDATE sessions SET last_output_digest = 'd' WHERE session_id = 's1'

--! step 003_add_agent_output_fields

ALTER TABLE sessions ADD COLUMN last_agent_output_at TEXT

--! rows

UPDATE sessions SET last_agent_output_at = '2026-02-01T00:00:00Z' WHERE session_id = 's4'

--! step 004_add_checkpoint_fields

ALTER TABLE sessions ADD COLUMN last_after_model_at TEXT

ALTER TABLE sessions ADD COLUMN last_checkpoint_at TEXT

--! rows

UPDATE sessions SET last_after_model_at = '2026-02-02 00:00:00', last_checkpoint_at = '2026-02-03' WHERE
session_id = 's5'

--! step 005_add_memory_tables

CREATE TABLE IF NOT EXISTS memory_observations (id INTEGER PRIMARY KEY AUTOINCREMENT, memory_session_id TEXT
NOT NULL, project TEXT NOT NULL, type TEXT NOT NULL CHECK(type IN
('decision','bugfix','feature','refactor','discovery','change')), title TEXT, subtitle TEXT, facts TEXT,
narrative TEXT, concepts TEXT, files_read TEXT, files_modified TEXT, prompt_number INTEGER, discovery_tokens
INTEGER DEFAULT 0, created_at TEXT NOT NULL, created_at_epoch INTEGER NOT NULL)

CREATE INDEX IF NOT EXISTS idx_memory_obs_project ON memory_observations(project, created_at_epoch DESC)

CREATE INDEX IF NOT EXISTS idx_memory_obs_session ON memory_observations(memory_session_id)

CREATE INDEX IF NOT EXISTS idx_memory_obs_type ON memory_observations(type)

CREATE TABLE IF NOT EXISTS memory_summaries (id INTEGER PRIMARY KEY AUTOINCREMENT, memory_session_id TEXT NOT
NULL, project TEXT NOT NULL, request TEXT, investigated TEXT, learned TEXT, completed TEXT, next_steps TEXT,
created_at TEXT NOT NULL, created_at_epoch INTEGER NOT NULL)

CREATE INDEX IF NOT EXISTS idx_memory_sum_project ON memory_summaries(project, created_at_epoch DESC)

CREATE INDEX IF NOT EXISTS idx_memory_sum_session ON memory_summaries(memory_session_id)

CREATE TABLE IF NOT EXISTS memory_manual_sessions (memory_session_id TEXT PRIMARY KEY, project TEXT UNIQUE NOT
NULL, created_at_epoch INTEGER NOT NULL)

CREATE VIRTUAL TABLE IF NOT EXISTS memory_observations_fts USING fts5(title, subtitle, narrative, facts,
concepts, content='memory_observations', content_rowid='id')

CREATE TRIGGER IF NOT EXISTS memory_obs_ai AFTER INSERT ON memory_observations BEGIN INSERT INTO
memory_observations_fts(rowid, title, subtitle, narrative, facts, concepts) VALUES (new.id, new.title,
new.subtitle, new.narrative, new.facts, new.concepts); END

CREATE TRIGGER IF NOT EXISTS memory_obs_ad AFTER DELETE ON memory_observations BEGIN INSERT INTO
memory_observations_fts(memory_observations_fts, rowid, title, subtitle, narrative, facts, concepts)
VALUES('delete', old.id, old.title, old.subtitle, old.narrative, old.facts, old.concepts); END

CREATE TRIGGER IF NOT EXISTS memory_obs_au AFTER UPDATE ON memory_observations BEGIN INSERT INTO
memory_observations_fts(memory_observations_fts, rowid, title, subtitle, narrative, facts, concepts)
VALUES('delete', old.id, old.title, old.subtitle, old.narrative, old.facts, old.concepts); INSERT INTO
memory_observations_fts(rowid, title, subtitle, narrative, facts, concepts) VALUES (new.id, new.title,
new.subtitle, new.narrative, new.facts, new.concepts); END

--! rows

INSERT INTO memory_observations (memory_session_id, project, type, title, narrative, created_at,
created_at_epoch) VALUES ('m0', 'p0', 'decision', 'title 0', 'word0 common', '2026-02-09T00:00:00+00:00',
1770000000), ('m1', 'p1', 'bugfix', 'title 1', 'word1 common', '2026-02-09T01:00:00+00:00', 1770000001),
('m2', 'p0', 'feature', 'title 2', 'word2 common', '2026-02-09T02:00:00+00:00', 1770000002), ('m3', 'p1',
'refactor', 'title 3', 'word3 common', '2026-02-09T03:00:00+00:00', 1770000003), ('m4', 'p0', 'discovery',
'title 4', 'word4 common', '2026-02-09T04:00:00+00:00', 1770000004), ('m5', 'p1', 'change', 'title 5', 'word5
common', '2026-02-09T05:00:00+00:00', 1770000005)

INSERT INTO memory_observations (memory_session_id, project, type, created_at, created_at_epoch) VALUES
('top', 'p', 'change', 'x', 1)

DELETE FROM memory_observations WHERE memory_session_id = 'top'

UPDATE memory_observations SET narrative = 'changed common' WHERE id = 2

INSERT INTO memory_summaries (memory_session_id, project, created_at, created_at_epoch) VALUES ('m1', 'p',
'x', 1)

INSERT INTO memory_manual_sessions VALUES ('m1', 'p', 1)

--! step 006_widen_observation_types

DROP TRIGGER IF EXISTS memory_obs_ai

DROP TRIGGER IF EXISTS memory_obs_ad

DROP TRIGGER IF EXISTS memory_obs_au

DROP TABLE IF EXISTS memory_observations_fts

CREATE TABLE IF NOT EXISTS memory_observations_new (id INTEGER PRIMARY KEY AUTOINCREMENT, memory_session_id
TEXT NOT NULL, project TEXT NOT NULL, type TEXT NOT NULL, title TEXT, subtitle TEXT, facts TEXT, narrative
TEXT, concepts TEXT, files_read TEXT, files_modified TEXT, prompt_number INTEGER, discovery_tokens INTEGER
DEFAULT 0, created_at TEXT NOT NULL, created_at_epoch INTEGER NOT NULL)

--! together

INSERT INTO memory_observations_new (id, memory_session_id, project, type, title, subtitle, facts, narrative,
concepts, files_read, files_modified, prompt_number, discovery_tokens, created_at, created_at_epoch) SELECT
id, memory_session_id, project, CASE WHEN type IN ('bugfix', 'feature', 'refactor', 'change') THEN 'discovery'
ELSE type END, title, subtitle, facts, narrative, concepts, files_read, files_modified, prompt_number,
discovery_tokens, created_at, created_at_epoch FROM memory_observations

DROP TABLE memory_observations

ALTER TABLE memory_observations_new RENAME TO memory_observations

CREATE INDEX IF NOT EXISTS idx_memory_obs_project ON memory_observations(project, created_at_epoch DESC)

CREATE INDEX IF NOT EXISTS idx_memory_obs_session ON memory_observations(memory_session_id)

CREATE INDEX IF NOT EXISTS idx_memory_obs_type ON memory_observations(type)

CREATE VIRTUAL TABLE IF NOT EXISTS memory_observations_fts USING fts5(title, subtitle, narrative, facts,
concepts, content='memory_observations', content_rowid='id')

INSERT INTO memory_observations_fts(memory_observations_fts) VALUES ('rebuild')

CREATE TRIGGER IF NOT EXISTS memory_obs_ai AFTER INSERT ON memory_observations BEGIN INSERT INTO
memory_observations_fts(rowid, title, subtitle, narrative, facts, concepts) VALUES (new.id, new.title,
new.subtitle, new.narrative, new.facts, new.concepts); END

CREATE TRIGGER IF NOT EXISTS memory_obs_ad AFTER DELETE ON memory_observations BEGIN INSERT INTO
memory_observations_fts(memory_observations_fts, rowid, title, subtitle, narrative, facts, concepts)
VALUES('delete', old.id, old.title, old.subtitle, old.narrative, old.facts, old.concepts); END

CREATE TRIGGER IF NOT EXISTS memory_obs_au AFTER UPDATE ON memory_observations BEGIN INSERT INTO
memory_observations_fts(memory_observations_fts, rowid, title, subtitle, narrative, facts, concepts)
VALUES('delete', old.id, old.title, old.subtitle, old.narrative, old.facts, old.concepts); INSERT INTO
memory_observations_fts(rowid, title, subtitle, narrative, facts, concepts) VALUES (new.id, new.title,
new.subtitle, new.narrative, new.facts, new.concepts); END

--! rows

INSERT INTO memory_observations (memory_session_id, project, type, title, created_at, created_at_epoch) VALUES
('after', 'p', 'gotcha', 'common', 'x', 2)

--! step 007_rename_activity_columns

ALTER TABLE sessions RENAME COLUMN last_after_model_at TO last_tool_use_at

ALTER TABLE sessions RENAME COLUMN last_agent_output_at TO last_tool_done_at

--! step 008_add_human_identity_fields

ALTER TABLE sessions ADD COLUMN human_email TEXT

ALTER TABLE sessions ADD COLUMN human_role TEXT

--! rows

UPDATE sessions SET human_email = 'a@b', human_role = 'admin' WHERE session_id = 's6'

--! step 009_add_notification_outbox

CREATE TABLE IF NOT EXISTS notification_outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, channel TEXT NOT NULL,
recipient_email TEXT NOT NULL, content TEXT NOT NULL, file_path TEXT, status TEXT NOT NULL DEFAULT 'pending',
created_at TEXT NOT NULL, delivered_at TEXT, attempt_count INTEGER DEFAULT 0, next_attempt_at TEXT, last_error
TEXT, locked_at TEXT)

CREATE INDEX IF NOT EXISTS idx_notification_outbox_status ON notification_outbox(status)

CREATE INDEX IF NOT EXISTS idx_notification_outbox_next_attempt_at ON notification_outbox(next_attempt_at)

--! rows

INSERT INTO notification_outbox (channel, recipient_email, content, created_at, attempt_count,
next_attempt_at) VALUES ('c', 'a@b', 'x', 'x', NULL, ''), ('c', 'a@b', 'y', 'x', 3, '2026-02-10 00:00:00')

DELETE FROM notification_outbox WHERE id = 2

--! step 010_add_session_listeners

CREATE TABLE IF NOT EXISTS session_listeners (target_session_id TEXT NOT NULL, caller_session_id TEXT NOT
NULL, caller_tmux_session TEXT NOT NULL, registered_at TEXT NOT NULL, PRIMARY KEY (target_session_id,
caller_session_id))

CREATE INDEX IF NOT EXISTS idx_session_listeners_caller ON session_listeners(caller_session_id)

--! rows

INSERT INTO session_listeners VALUES ('s1', 's4', 't', '2026-02-10T00:00:00+00:00')

--! step 011_rename_feedback_to_output_summary

ALTER TABLE sessions RENAME COLUMN last_feedback_received TO last_output_raw

ALTER TABLE sessions RENAME COLUMN last_feedback_received_at TO last_output_at

ALTER TABLE sessions RENAME COLUMN last_feedback_summary TO last_output_summary

--! step 012_add_help_desk_session_fields

ALTER TABLE sessions ADD COLUMN last_memory_extraction_at TEXT

ALTER TABLE sessions ADD COLUMN help_desk_processed_at TEXT

ALTER TABLE sessions ADD COLUMN relay_status TEXT

ALTER TABLE sessions ADD COLUMN relay_discord_channel_id TEXT

ALTER TABLE sessions ADD COLUMN relay_started_at TEXT

--! rows

UPDATE sessions SET relay_status = 'on', relay_started_at = '2026-02-11T00:00:00+00:00' WHERE session_id =
's1'

--! step 012_add_memory_identity_key

ALTER TABLE memory_observations ADD COLUMN identity_key TEXT

CREATE INDEX IF NOT EXISTS idx_memory_identity ON memory_observations(project, identity_key)

--! rows

UPDATE memory_observations SET identity_key = 'k' || id WHERE id > 2

--! step 013_add_session_relay_columns

--! step 014_add_memory_obs_identity_index

CREATE INDEX IF NOT EXISTS idx_memory_obs_identity ON memory_observations(project, identity_key)

--! step 015_add_session_char_offset

ALTER TABLE sessions ADD COLUMN char_offset INTEGER DEFAULT 0

--! rows

UPDATE sessions SET char_offset = NULL WHERE session_id = 's4'

--! step 016_add_transcript_files

ALTER TABLE sessions ADD COLUMN transcript_files TEXT DEFAULT '[]'

--! rows

UPDATE sessions SET transcript_files = NULL WHERE session_id = 's4'
