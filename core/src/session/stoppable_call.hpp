// SPDX-License-Identifier: BSL-1.0
// StoppableCall: a call into the backend that a stop request is certain to reach.
// Threads: made in the session's thread; stop() in whichever requests the stop.
//
// A cancel reaches what runs. One that comes after the look at the token and before the statement
// starts would be lost, and the statement would run on: so it is repeated until the call is over.
#pragma once

#include "session/pool.hpp"

#include <stop_token>

namespace enginebay {

class StoppableCall {
public:
    /// Before the token is looked at.
    StoppableCall(PooledConnection& slot, const std::stop_token& stop) noexcept
        : slot_{stop.stop_possible() && slot.caller.load() == 0 ? &slot : nullptr} {
        if (slot_ != nullptr) {
            slot_->caller.store(this_thread());
        }
    }
    StoppableCall(const StoppableCall&) = delete;
    StoppableCall& operator=(const StoppableCall&) = delete;
    ~StoppableCall() {
        if (slot_ != nullptr) {
            slot_->caller.store(0);
        }
    }

    /// Cancels what runs, for at most two seconds: what does not end by then cannot be cancelled.
    static void stop(PooledConnection& slot) noexcept;

private:
    PooledConnection* slot_;
};

}  // namespace enginebay
