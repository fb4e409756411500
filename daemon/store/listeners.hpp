// SPDX-License-Identifier: BSL-1.0
// Listeners: who waits for which session to end.
// Threads: any function from any thread.  Ownership: part of the Store.
#pragma once

#include <enginebay/rows.hpp>
#include <enginebay/value.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace teleclaude {

class Store;
class Statement;

/// A row of session_listeners.
struct SessionListener {
    std::string target_session_id;
    std::string caller_session_id;
    std::string caller_tmux_session;
    std::optional<enginebay::Timestamp> registered_at;
};

constexpr auto fields(const SessionListener*) {
    using enginebay::field;
    return std::tuple{field("target_session_id", &SessionListener::target_session_id),
                      field("caller_session_id", &SessionListener::caller_session_id),
                      field("caller_tmux_session", &SessionListener::caller_tmux_session),
                      field("registered_at", &SessionListener::registered_at)};
}

class Listeners {
public:
    explicit Listeners(Store& store) noexcept : store_{store} {}

    /// True where it is new; one that is there gets the tmux session and a new time.
    bool add(const std::string& target, const std::string& caller, const std::string& caller_tmux);
    /// False where there was none.
    bool remove(const std::string& target, const std::string& caller);
    // Each list in the order of registration.
    std::vector<SessionListener> of_target(const std::string& target);
    std::vector<SessionListener> of_caller(const std::string& caller);
    std::vector<SessionListener> all();
    /// Takes them away and gives them, in one statement: each goes to one taker only.
    std::vector<SessionListener> pop(const std::string& target);
    std::int64_t remove_caller(const std::string& caller);
    std::int64_t count();
    /// Targets that somebody has waited for since before `limit`.
    std::vector<std::string> stale_targets(enginebay::Timestamp limit);
    void reset_times(const std::string& target, enginebay::Timestamp time);
    /// Removes those that can never be called: registered before `limit`, and the target or the
    /// caller is gone or closed.
    std::int64_t clean_up(enginebay::Timestamp limit);

private:
    std::vector<SessionListener> select(const Statement& conditions);
    Store& store_;
};

}  // namespace teleclaude
