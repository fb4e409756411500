// SPDX-License-Identifier: BSL-1.0
// Sessions: creating, finding, changing, closing and deleting them.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include "store/session_columns.hpp"
#include "store/session_row.hpp"

#include <enginebay/value.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace teleclaude {

class Store;
class Statement;

/// What a session is created with.
struct NewSession {
    std::string session_id;  ///< empty: a random UUID
    std::string computer_name;
    std::optional<std::string> tmux_session_name;
    std::string last_input_origin{"telegram"};
    std::string title;  ///< empty: "[<computer>] Untitled", unless headless
    std::string adapter_metadata{"{}"};
    std::optional<std::string> project_path;
    std::optional<std::string> subdir;
    std::optional<std::string> description;
    std::optional<std::string> working_slug;
    std::optional<std::string> initiator_session_id;
    std::optional<std::string> human_email;
    std::optional<std::string> human_role;
    std::optional<std::string> active_agent;
    std::optional<std::string> native_session_id;
    std::optional<std::string> native_log_file;
    std::string lifecycle_status{"active"};
    SessionChanges more{};  ///< any other field, and those above it overrides
};

struct SessionFilter {
    std::string computer_name;      ///< empty: any
    std::string last_input_origin;  ///< empty: any
    bool include_closed{false};
    bool include_initializing{false};
    bool include_headless{false};
    std::optional<std::int64_t> limit;
};

struct SessionEvent {
    enum class Kind : std::uint8_t { started, updated, closed };
    Kind kind{Kind::started};
    std::string session_id;
    SessionChanges changes;  ///< of an update: what is new, automatic times included
};

class Sessions {
public:
    /// Called after the commit, on the thread of whoever made the change; what it throws is logged.
    using Observer = std::function<void(const SessionEvent&)>;

    explicit Sessions(Store& store) noexcept : store_{store} {}
    /// Before the first change.
    void observe(Observer observer) { observer_ = std::move(observer); }

    /// Throws Errc::unique_violation for an id that is taken.
    SessionRow create(NewSession session);
    /// With the status 'headless', without a tmux session; the title as given.
    SessionRow create_headless(NewSession session);

    /// Whatever its status; nothing where there is none.
    std::optional<SessionRow> get(const std::string& session_id);
    /// The one active last among those not closed; of status 'active' only, unless
    /// `include_initializing`: then of any. Throws Errc::usage for an unknown field.
    std::optional<SessionRow> get_by_field(std::string_view field, const enginebay::Value& value,
                                           bool include_initializing = false);
    /// Last active first, those that never were at the end.
    std::vector<SessionRow> list(const SessionFilter& filter = {});
    std::vector<SessionRow> all();
    /// Not closed and of status 'active'.
    std::vector<SessionRow> active();
    /// Those whose metadata hold `value` at <adapter>.<key>; a number also matches its text. Rows
    /// with malformed metadata are passed over.
    std::vector<SessionRow> by_metadata(const std::string& adapter, const std::string& key,
                                        const enginebay::Value& value, bool include_closed = false);
    /// Those whose title begins with `beginning`, small and capital letters (ASCII) alike, headless
    /// ones left out; youngest first.
    std::vector<SessionRow> by_title(const std::string& beginning, bool include_closed = false);
    /// All of them, closed ones too.
    std::int64_t count(const std::string& computer_name = {});

    /// Writes what differs, in one UPDATE that names only that: writers of different fields do not
    /// undo each other. A new last_message_sent or last_output_raw sets its time too. What has
    /// changed; nothing where there is no such session. Throws Errc::usage for an unknown field,
    /// Errc::value for a value it cannot take.
    std::optional<SessionChanges> update(const std::string& session_id,
                                         const SessionChanges& changes);
    /// The session works: last_activity is now. False where there is none.
    bool touch(const std::string& session_id);
    std::optional<std::string> output_message_id(const std::string& session_id);
    void set_output_message_id(const std::string& session_id,
                               const std::optional<std::string>& message_id);
    bool notification_flag(const std::string& session_id);
    void set_notification_flag(const std::string& session_id, bool value);
    /// False where there is no such session. Closing a closed one does nothing.
    bool close(const std::string& session_id);
    /// With its pending deletions, listeners (in both roles) and voice. False where there is none.
    bool remove(const std::string& session_id);
    /// Notes the AI tool's own session, as far as it is known: a new log file puts the old one into
    /// transcript_files, in one transaction, so that no path is lost. Without an event. False where
    /// there is none.
    bool attach_native(const std::string& session_id,
                       const std::optional<std::string>& native_session_id,
                       const std::optional<std::string>& native_log_file);

    /// Ends what has been idle since `limit` (never active: since it was created), whatever its
    /// status; corrects the status of rows that are closed by their time only. The ids of both;
    /// a row that fails is logged and does not keep the others.
    struct CleanUp {
        std::vector<std::string> closed;
        std::vector<std::string> corrected;
    };
    CleanUp clean_up(enginebay::Timestamp limit);
    /// What people said in sessions that are active but idle since `limit` counts as extracted into
    /// memory now: sets last_memory_extraction_at of those with a human_role. Their ids.
    std::vector<std::string> note_extraction(enginebay::Timestamp limit);
    /// Tells the observer once more of those that were closed since then, for one that missed it;
    /// how many.
    std::size_t replay_closed(enginebay::Timestamp since);
    /// The ids of those that were closed before `limit`.
    std::vector<std::string> closed_before(enginebay::Timestamp limit);

private:
    SessionRow insert(const NewSession& session);
    std::vector<SessionRow> select(const Statement& conditions);
    bool close_at(const std::string& session_id, std::optional<enginebay::Timestamp> idle_since);
    std::vector<std::string> change_all(Statement update, const SessionChanges& changes);
    void emit(SessionEvent::Kind kind, const std::string& session_id,
              SessionChanges changes = {}) const;

    Store& store_;
    Observer observer_;
};

}  // namespace teleclaude
