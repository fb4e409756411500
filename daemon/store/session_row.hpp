// SPDX-License-Identifier: BSL-1.0
// SessionRow: a session with all its fields, as a program sees it.
// Threads: plain values.
#pragma once

#include <enginebay/rows.hpp>
#include <enginebay/value.hpp>

#include <Poco/JSON/Object.h>

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>

namespace teleclaude {

/// A row of sessions. Times that cannot be read are absent here and stay in the database.
struct SessionRow {
    std::string session_id;
    std::string computer_name;
    std::string title;                             ///< "" where it has none
    std::optional<std::string> tmux_session_name;  ///< never ""
    std::string last_input_origin;
    std::optional<std::string> adapter_metadata;  ///< as it is kept; see metadata()
    std::optional<enginebay::Timestamp> created_at;
    std::optional<enginebay::Timestamp> last_activity;
    std::optional<enginebay::Timestamp> closed_at;
    std::optional<std::string> terminal_size;
    std::optional<std::string> project_path;
    std::optional<std::string> subdir;
    std::optional<std::string> description;
    bool initiated_by_ai{false};
    std::optional<std::string> initiator_session_id;
    std::optional<std::string> output_message_id;
    bool notification_sent{false};
    std::optional<std::string> native_session_id;
    std::optional<std::string> native_log_file;
    std::optional<std::string> active_agent;
    std::optional<std::string> thinking_mode;
    std::optional<std::string> tui_log_file;
    bool tui_capture_started{false};
    std::optional<std::string> last_message_sent;
    std::optional<enginebay::Timestamp> last_message_sent_at;
    std::optional<std::string> last_output_raw;
    std::optional<enginebay::Timestamp> last_output_at;
    std::optional<std::string> working_slug;
    std::string lifecycle_status;  ///< "active" where it has none
    std::optional<std::string> last_output_summary;
    std::optional<std::string> last_output_digest;
    std::optional<enginebay::Timestamp> last_tool_done_at;
    std::optional<enginebay::Timestamp> last_tool_use_at;
    std::optional<enginebay::Timestamp> last_checkpoint_at;
    std::optional<std::string> human_email;
    std::optional<std::string> human_role;
    std::optional<enginebay::Timestamp> last_memory_extraction_at;
    std::optional<enginebay::Timestamp> help_desk_processed_at;
    std::optional<std::string> relay_status;
    std::optional<std::string> relay_discord_channel_id;
    std::optional<enginebay::Timestamp> relay_started_at;
    std::int64_t char_offset{0};
    std::string transcript_files;  ///< a JSON list of paths

    /// The adapters' metadata, all keys kept; empty where there is none or it is malformed. A topic
    /// of Telegram's that older programs wrote as text of digits is a number.
    [[nodiscard]] Poco::JSON::Object::Ptr metadata() const;
    /// True for metadata that is neither empty nor a JSON object: its text is in adapter_metadata.
    [[nodiscard]] bool metadata_malformed() const;
};

constexpr auto fields(const SessionRow*) {
    using enginebay::field;
    using S = SessionRow;
    return std::tuple{field("session_id", &S::session_id),
                      field("computer_name", &S::computer_name),
                      field("title", &S::title),
                      field("tmux_session_name", &S::tmux_session_name),
                      field("last_input_origin", &S::last_input_origin),
                      field("adapter_metadata", &S::adapter_metadata),
                      field("created_at", &S::created_at),
                      field("last_activity", &S::last_activity),
                      field("closed_at", &S::closed_at),
                      field("terminal_size", &S::terminal_size),
                      field("project_path", &S::project_path),
                      field("subdir", &S::subdir),
                      field("description", &S::description),
                      field("initiated_by_ai", &S::initiated_by_ai),
                      field("initiator_session_id", &S::initiator_session_id),
                      field("output_message_id", &S::output_message_id),
                      field("notification_sent", &S::notification_sent),
                      field("native_session_id", &S::native_session_id),
                      field("native_log_file", &S::native_log_file),
                      field("active_agent", &S::active_agent),
                      field("thinking_mode", &S::thinking_mode),
                      field("tui_log_file", &S::tui_log_file),
                      field("tui_capture_started", &S::tui_capture_started),
                      field("last_message_sent", &S::last_message_sent),
                      field("last_message_sent_at", &S::last_message_sent_at),
                      field("last_output_raw", &S::last_output_raw),
                      field("last_output_at", &S::last_output_at),
                      field("working_slug", &S::working_slug),
                      field("lifecycle_status", &S::lifecycle_status),
                      field("last_output_summary", &S::last_output_summary),
                      field("last_output_digest", &S::last_output_digest),
                      field("last_tool_done_at", &S::last_tool_done_at),
                      field("last_tool_use_at", &S::last_tool_use_at),
                      field("last_checkpoint_at", &S::last_checkpoint_at),
                      field("human_email", &S::human_email),
                      field("human_role", &S::human_role),
                      field("last_memory_extraction_at", &S::last_memory_extraction_at),
                      field("help_desk_processed_at", &S::help_desk_processed_at),
                      field("relay_status", &S::relay_status),
                      field("relay_discord_channel_id", &S::relay_discord_channel_id),
                      field("relay_started_at", &S::relay_started_at),
                      field("char_offset", &S::char_offset),
                      field("transcript_files", &S::transcript_files)};
}

}  // namespace teleclaude
