// SPDX-License-Identifier: BSL-1.0
// ProgressWatcher: a second connection, which asks the server how far the first one's statement is.
// Threads: the first one's.  Ownership: owns its connection, borrows nothing that outlives it.
//
// Nothing here waits and nothing throws: whoever waits for the statement lets poll() look at both
// sockets. Whatever goes wrong ends the watching and is told to nobody.
#pragma once

#include "libpq.hpp"

#include <poll.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enginebay::postgresql {

class ProgressWatcher {
public:
    struct Row {
        std::string_view table;  ///< valid until the next go_on()
        std::int64_t done{0};
        std::int64_t total{-1};  ///< -1: nobody knows
    };

    /// Begins to log in where `watched` is connected, as who that is.
    explicit ProgressWatcher(PGconn* watched) noexcept;

    /// What to wait for; none where nothing will come.
    [[nodiscard]] pollfd socket() const noexcept;
    /// Takes in what has come. A row, where that was an answer with one.
    std::optional<Row> go_on() noexcept;
    /// Asks; does nothing while it logs in or the last question has no answer yet.
    void ask() noexcept;
    /// The login or a question failed.
    [[nodiscard]] bool useless() const noexcept { return state_ == State::useless; }

private:
    enum class State : std::uint8_t { sends_login, awaits_login, rests, awaits_answer, useless };

    void log_in() noexcept;
    std::optional<Row> read_answer() noexcept;
    void give_up() noexcept;

    Handle handle_;
    Result answer_;
    std::string pid_;
    State state_{State::sends_login};
};

}  // namespace enginebay::postgresql
