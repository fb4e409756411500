// SPDX-License-Identifier: BSL-1.0
// WriteQueue: whose turn it is to write. SQLite has one writer, and its busy handler is not fair:
// it sleeps and looks again, so a thread can starve. Within a process this queue is first come,
// first served.
// Threads: any.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

namespace enginebay::sqlite {

class WriteQueue {
public:
    /// One connection's place in the queue.
    class Ticket {
        friend class WriteQueue;
        std::condition_variable turn_;
        bool granted_{false};
        bool waiting_{false};
        bool cancelled_{false};
    };
    enum class Outcome { granted, timed_out, cancelled };

    /// Waits for the turn, at most `patience`.
    Outcome enter(Ticket& ticket, std::chrono::milliseconds patience);
    /// Gives the turn to the next one. The ticket must hold it.
    void leave(Ticket& ticket) noexcept;
    /// Ends the ticket's wait, if it is waiting.
    void cancel(Ticket& ticket) noexcept;

private:
    std::mutex mutex_;
    std::deque<Ticket*> waiting_;
    bool taken_{false};
};

}  // namespace enginebay::sqlite
