// SPDX-License-Identifier: BSL-1.0
#include "notifier.hpp"

#include "raw.hpp"

#include <enginebay/error.hpp>
#include <enginebay/value.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <utility>

namespace enginebay::sqlite {
namespace {

using Clock = std::chrono::steady_clock;

// How often another process' commits are looked for.
constexpr std::chrono::milliseconds look_again{20};
// A listener that is further behind than this misses the oldest.
constexpr std::int64_t kept = 10'000;

/// Rung after each commit of this process that sent something.
struct Bell {
    std::mutex mutex;
    std::condition_variable rung;
    std::uint64_t count{0};
};

Bell& bell() {
    static Bell only;
    return only;
}

void ring() {
    {
        const std::lock_guard lock{bell().mutex};
        ++bell().count;
    }
    bell().rung.notify_all();
}

std::uint64_t rings() {
    const std::lock_guard lock{bell().mutex};
    return bell().count;
}

/// Until it rings after `before`, or the time is over.
void await_ring(std::uint64_t before, std::chrono::milliseconds at_most) {
    std::unique_lock lock{bell().mutex};
    bell().rung.wait_for(lock, at_most, [before] { return bell().count != before; });
}

/// There is something to cancel for as long as it lives.
class Waiting {
public:
    explicit Waiting(std::atomic<bool>& flag) noexcept : flag_{flag} { flag_.store(true); }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    ~Waiting() { flag_.store(false); }

private:
    std::atomic<bool>& flag_;
};

}  // namespace

void Notifier::require_no_transaction(std::string_view doing) const {
    if (connection_.in_transaction()) {
        throw Error{Errc::usage, fmt::format("{}: not inside a transaction, which sees the "
                                             "database as it was at its beginning",
                                             doing)};
    }
}

bool Notifier::table_is_there() {
    return RawStatement{db_,
                        "SELECT 1 FROM main.sqlite_schema WHERE name = 'enginebay_notification'"}
        .step();
}

std::int64_t Notifier::newest() {
    if (!table_is_there()) {
        return 0;
    }
    RawStatement last{db_, "SELECT coalesce(max(id), 0) FROM main.enginebay_notification"};
    last.step();
    return last.integer(0);
}

void Notifier::listen(std::string_view channel) {
    require_fit(channel, {});
    require_no_transaction("listen");
    if (channels_.empty()) {
        seen_ = newest();
    } else {
        look();  // what came before this is not for the new channel
    }
    channels_.emplace(channel);
}

void Notifier::unlisten(std::string_view channel) {
    require_no_transaction("unlisten");
    if (const auto known = channels_.find(channel); known != channels_.end()) {
        channels_.erase(known);
        std::erase_if(received_, [&](const Notification& each) { return each.channel == channel; });
    }
}

void Notifier::notify(std::string_view channel, std::string_view payload) {
    require_fit(channel, payload);
    if (connection_.in_transaction()) {
        store(channel, payload);
        sent_ = true;
        return;
    }
    connection_.begin(TransactionMode::write);
    try {
        store(channel, payload);
        sent_ = true;
        connection_.commit();
    } catch (...) {
        connection_.rollback();
        throw;
    }
}

void Notifier::store(std::string_view channel, std::string_view payload) {
    if (!table_is_there()) {
        connection_.execute(
            "CREATE TABLE main.enginebay_notification (id INTEGER PRIMARY KEY AUTOINCREMENT, "
            "channel TEXT NOT NULL, payload TEXT NOT NULL)",
            {});
    }
    const std::array<ValueView, 2> values{ValueView::text(channel), ValueView::text(payload)};
    connection_.execute("INSERT INTO main.enginebay_notification (channel, payload) VALUES (?, ?)",
                        values);
    const std::array<ValueView, 1> old{ValueView::integer(kept)};
    connection_.execute(
        "DELETE FROM main.enginebay_notification WHERE id <= last_insert_rowid() - ?", old);
}

void Notifier::committed() noexcept {
    if (std::exchange(sent_, false)) {
        data_version_ = 0;  // one's own commits do not change it
        ring();
    }
}

std::optional<Notification> Notifier::wait(std::chrono::milliseconds timeout) {
    require_no_transaction("wait for a notification");
    const auto end = Clock::now() + timeout;
    cancelled_.store(false);
    const Waiting waiting{waiting_};
    for (;;) {
        const std::uint64_t before = rings();
        if (!channels_.empty()) {
            look();
        }
        std::optional<Notification> next = take();
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
        if (next || (left.count() <= 0 && !cancelled_.load())) {
            return next;
        }
        if (cancelled_.load()) {
            throw Error{Errc::cancelled, "waiting for a notification was cancelled"};
        }
        await_ring(before, std::min(left, look_again));
    }
}

/// Takes in what was committed since the last look.
void Notifier::look() {
    std::int64_t version = 0;
    {
        RawStatement asked{db_, "PRAGMA main.data_version"};
        asked.step();
        version = asked.integer(0);
    }
    if (version == data_version_) {
        return;
    }
    if (table_is_there()) {
        RawStatement rows{db_,
                          "SELECT id, channel, payload FROM main.enginebay_notification WHERE id > "
                          "CAST(?1 AS INTEGER) ORDER BY id"};
        rows.bind(1, std::to_string(seen_));
        while (rows.step()) {
            seen_ = rows.integer(0);
            if (std::string channel = rows.text(1); channels_.contains(channel)) {
                received_.push_back({std::move(channel), rows.text(2)});
            }
        }
    }
    data_version_ = version;
}

std::optional<Notification> Notifier::take() {
    if (received_.empty()) {
        return std::nullopt;
    }
    Notification next = std::move(received_.front());
    received_.pop_front();
    return next;
}

void Notifier::cancel() noexcept {
    if (waiting_.load()) {
        cancelled_.store(true);
        ring();
    }
}

void Notifier::forget() noexcept {
    channels_.clear();
    received_.clear();
    sent_ = false;
    data_version_ = 0;
}

}  // namespace enginebay::sqlite
