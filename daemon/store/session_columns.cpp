// SPDX-License-Identifier: BSL-1.0
// The columns of sessions: the list, and how values become theirs.
#include "store/session_columns.hpp"

#include "store/json_text.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Timestamp;
using enginebay::Value;

constexpr std::array columns{
    SessionColumn{"session_id", Meaning::text, false},
    SessionColumn{"computer_name", Meaning::text, false},
    SessionColumn{"title"},
    SessionColumn{"tmux_session_name"},
    SessionColumn{"last_input_origin", Meaning::text, false},
    SessionColumn{"adapter_metadata"},
    SessionColumn{"created_at", Meaning::time},
    SessionColumn{"last_activity", Meaning::time},
    SessionColumn{"closed_at", Meaning::time},
    SessionColumn{"terminal_size"},
    SessionColumn{"project_path"},
    SessionColumn{"subdir"},
    SessionColumn{"description"},
    SessionColumn{"initiated_by_ai", Meaning::truth},
    SessionColumn{"initiator_session_id"},
    SessionColumn{"output_message_id"},
    SessionColumn{"notification_sent", Meaning::truth},
    SessionColumn{"native_session_id"},
    SessionColumn{"native_log_file"},
    SessionColumn{"active_agent"},
    SessionColumn{"thinking_mode"},
    SessionColumn{"tui_log_file"},
    SessionColumn{"tui_capture_started", Meaning::truth},
    SessionColumn{"last_message_sent"},
    SessionColumn{"last_message_sent_at", Meaning::time},
    SessionColumn{"last_output_raw"},
    SessionColumn{"last_output_at", Meaning::time},
    SessionColumn{"last_output_summary"},
    SessionColumn{"working_slug"},
    SessionColumn{"lifecycle_status"},
    SessionColumn{"last_memory_extraction_at", Meaning::time},
    SessionColumn{"help_desk_processed_at", Meaning::time},
    SessionColumn{"relay_status"},
    SessionColumn{"relay_discord_channel_id"},
    SessionColumn{"relay_started_at", Meaning::time},
    SessionColumn{"human_email"},
    SessionColumn{"human_role"},
    SessionColumn{"transcript_files", Meaning::json},
    SessionColumn{"last_output_digest"},
    SessionColumn{"last_tool_done_at", Meaning::time},
    SessionColumn{"last_tool_use_at", Meaning::time},
    SessionColumn{"last_checkpoint_at", Meaning::time},
    SessionColumn{"char_offset", Meaning::number},
};

[[noreturn]] void refuse(const SessionColumn& column, std::string_view wanted) {
    throw Error{Errc::value, fmt::format("session field '{}': {} is meant", column.name, wanted)};
}

Value checked_time(const SessionColumn& column, const Value& value) {
    const Value instant = with_meaning(value, Meaning::time);
    if (!std::holds_alternative<Timestamp>(instant)) {
        refuse(column, "a time such as 2026-01-02T03:04:05Z");
    }
    return instant;
}

Value checked_text(const SessionColumn& column, const Value& value) {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) {
        refuse(column, "text");
    }
    if (column.meaning == Meaning::json && !parse_json(*text)) {
        refuse(column, "JSON");
    }
    return value;
}

}  // namespace

std::span<const SessionColumn> session_columns() noexcept { return columns; }

const SessionColumn& session_column(std::string_view name) {
    const auto* found =
        std::find_if(columns.begin(), columns.end(),
                     [name](const SessionColumn& each) { return each.name == name; });
    if (found != columns.end()) {
        return *found;
    }
    std::string known;
    for (const SessionColumn& each : columns) {
        known += known.empty() ? "" : ", ";
        known += each.name;
    }
    throw Error{Errc::usage, fmt::format("sessions have no field '{}', but: {}", name, known)};
}

Value with_meaning(Value value, Meaning meaning) {
    if (const auto* text = std::get_if<std::string>(&value); text && meaning == Meaning::time) {
        const std::optional<Timestamp> instant = enginebay::parse_timestamp(*text);
        return instant ? Value{*instant} : value;
    }
    if (const auto* number = std::get_if<std::int64_t>(&value);
        number && meaning == Meaning::truth) {
        return *number != 0;
    }
    return value;
}

Value checked_value(const SessionColumn& column, const Value& value) {
    if (std::holds_alternative<std::monostate>(value)) {
        if (!column.nullable) {
            refuse(column, "a value");
        }
        return value;
    }
    switch (column.meaning) {
        case Meaning::time:
            return checked_time(column, value);
        case Meaning::truth:
            if (const auto* number = std::get_if<std::int64_t>(&value);
                !std::holds_alternative<bool>(value) &&
                !(number && (*number == 0 || *number == 1))) {
                refuse(column, "true or false");
            }
            return with_meaning(value, Meaning::truth);
        case Meaning::number:
            if (!std::holds_alternative<std::int64_t>(value)) {
                refuse(column, "a whole number");
            }
            return value;
        default:
            return checked_text(column, value);
    }
}

SessionChanges checked_changes(const SessionChanges& changes) {
    SessionChanges result;
    for (const auto& [name, value] : changes) {
        Value taken = checked_value(session_column(name), value);
        if (name == "tmux_session_name" && taken == Value{std::string{}}) {
            taken = std::monostate{};
        }
        result.emplace(name, std::move(taken));
    }
    return result;
}

}  // namespace teleclaude
