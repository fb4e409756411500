// SPDX-License-Identifier: BSL-1.0
// The turn is handed over, never put up for grabs: whoever leaves picks the next holder.
#include "write_queue.hpp"

#include <algorithm>

namespace enginebay::sqlite {

WriteQueue::Outcome WriteQueue::enter(Ticket& ticket, std::chrono::milliseconds patience) {
    std::unique_lock lock{mutex_};
    if (!taken_) {
        taken_ = true;
        ticket.granted_ = true;
        return Outcome::granted;
    }
    ticket.granted_ = false;
    ticket.cancelled_ = false;
    waiting_.push_back(&ticket);
    ticket.waiting_ = true;
    ticket.turn_.wait_for(lock, patience,
                          [&ticket] { return ticket.granted_ || ticket.cancelled_; });
    ticket.waiting_ = false;
    if (ticket.granted_) {
        return Outcome::granted;
    }
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &ticket));
    return ticket.cancelled_ ? Outcome::cancelled : Outcome::timed_out;
}

void WriteQueue::leave(Ticket& ticket) noexcept {
    const std::lock_guard lock{mutex_};
    ticket.granted_ = false;
    if (waiting_.empty()) {
        taken_ = false;
        return;
    }
    Ticket* next = waiting_.front();
    waiting_.pop_front();
    next->granted_ = true;
    next->turn_.notify_one();
}

void WriteQueue::cancel(Ticket& ticket) noexcept {
    const std::lock_guard lock{mutex_};
    if (ticket.waiting_) {
        ticket.cancelled_ = true;
        ticket.turn_.notify_one();
    }
}

}  // namespace enginebay::sqlite
