// SPDX-License-Identifier: BSL-1.0
// Look-ups of sessions: fields by name, checked against the list below.
#include "store/sessions.hpp"

#include <enginebay/error.hpp>
#include <enginebay/timestamp.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace teleclaude {
namespace {

using enginebay::Errc;
using enginebay::Error;
using enginebay::Session;
using enginebay::Timestamp;
using enginebay::Value;

enum class Meaning : std::uint8_t { plain, time, truth };

struct Column {
    std::string_view name;
    Meaning meaning{Meaning::plain};
};

constexpr std::array columns{
    Column{"session_id"},
    Column{"computer_name"},
    Column{"title"},
    Column{"tmux_session_name"},
    Column{"last_input_origin"},
    Column{"adapter_metadata"},
    Column{"created_at", Meaning::time},
    Column{"last_activity", Meaning::time},
    Column{"closed_at", Meaning::time},
    Column{"terminal_size"},
    Column{"project_path"},
    Column{"subdir"},
    Column{"description"},
    Column{"initiated_by_ai", Meaning::truth},
    Column{"initiator_session_id"},
    Column{"output_message_id"},
    Column{"notification_sent", Meaning::truth},
    Column{"native_session_id"},
    Column{"native_log_file"},
    Column{"active_agent"},
    Column{"thinking_mode"},
    Column{"tui_log_file"},
    Column{"tui_capture_started", Meaning::truth},
    Column{"last_message_sent"},
    Column{"last_message_sent_at", Meaning::time},
    Column{"last_output_raw"},
    Column{"last_output_at", Meaning::time},
    Column{"last_output_summary"},
    Column{"working_slug"},
    Column{"lifecycle_status"},
    Column{"last_memory_extraction_at", Meaning::time},
    Column{"help_desk_processed_at", Meaning::time},
    Column{"relay_status"},
    Column{"relay_discord_channel_id"},
    Column{"relay_started_at", Meaning::time},
    Column{"human_email"},
    Column{"human_role"},
    Column{"transcript_files"},
    Column{"last_output_digest"},
    Column{"last_tool_done_at", Meaning::time},
    Column{"last_tool_use_at", Meaning::time},
    Column{"last_checkpoint_at", Meaning::time},
    Column{"char_offset"},
};

const Column& column(std::string_view name) {
    const auto* found = std::find_if(columns.begin(), columns.end(),
                                     [name](const Column& each) { return each.name == name; });
    if (found != columns.end()) {
        return *found;
    }
    std::string known;
    for (const Column& each : columns) {
        known += known.empty() ? "" : ", ";
        known += each.name;
    }
    throw Error{Errc::usage, fmt::format("sessions have no field '{}', but: {}", name, known)};
}

// A backend without a type for it gives a time as text and a truth value as a number.
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

// The statements are sound, so one that is refused has found no table, or one of another age.
bool has_sessions(Session& session) {
    try {
        static_cast<void>(session.query_all<std::int64_t>("SELECT 1 FROM sessions WHERE 1 = 0"));
        return true;
    } catch (const Error& error) {
        if (error.code() == Errc::statement) {
            return false;
        }
        throw;
    }
}

template <class Fn>
auto where_there_is_a_table(enginebay::Database& database, Fn fn)
    -> decltype(fn(std::declval<Session&>())) {
    Session session = database.session();
    try {
        return fn(session);
    } catch (const Error& error) {
        if (error.code() == Errc::statement && !has_sessions(session)) {
            return std::nullopt;
        }
        throw;
    }
}

std::optional<Timestamp> last_activity_of(const Value& value) {
    const Value typed = with_meaning(value, Meaning::time);
    const auto* instant = std::get_if<Timestamp>(&typed);
    return instant == nullptr ? std::nullopt : std::optional{*instant};
}

}  // namespace

std::optional<std::string> Sessions::find_id(std::string_view field, const Value& value) {
    const Column& by = column(field);
    return where_there_is_a_table(database_, [&](Session& session) {
        // The last is chosen here, not by ORDER BY: as text the old spellings of an instant do not
        // sort in the order of the instants.
        std::optional<std::string> best;
        std::optional<Timestamp> best_activity;
        const std::string sql = fmt::format(
            "SELECT session_id, last_activity FROM sessions WHERE {} = ? AND closed_at IS NULL"
            " ORDER BY session_id",
            session.dialect().quote(by.name));
        for (const auto& [id, activity] :
             session.query<std::optional<std::string>, Value>(sql, value)) {
            const std::optional<Timestamp> instant = last_activity_of(activity);
            if (id && (!best || instant > best_activity)) {
                best = id;
                best_activity = instant;
            }
        }
        return best;
    });
}

std::optional<Value> Sessions::field(const std::string& session_id, std::string_view field) {
    const Column& wanted = column(field);
    return where_there_is_a_table(database_, [&](Session& session) {
        std::optional<Value> found = session.query_optional<Value>(
            fmt::format("SELECT {} FROM sessions WHERE session_id = ?",
                        session.dialect().quote(wanted.name)),
            session_id);
        if (found && std::holds_alternative<std::monostate>(*found)) {
            found.reset();
        }
        if (found) {
            found = with_meaning(*std::move(found), wanted.meaning);
        }
        return found;
    });
}

}  // namespace teleclaude
