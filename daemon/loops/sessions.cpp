// SPDX-License-Identifier: BSL-1.0
// The works that end sessions and delete what has ended long ago.
#include "log.hpp"
#include "loops/loops.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace teleclaude {
namespace {

using enginebay::Timestamp;

// Whoever follows sessions may have missed the end of one: it is told for as long.
constexpr std::chrono::hours replayed{12};

std::int64_t end_idle(Store& store, KeepSettings::Age idle) {
    if (!idle) {
        return 0;
    }
    const Sessions::CleanUp result = store.sessions().clean_up(enginebay::now() - *idle);
    if (!result.closed.empty() || !result.corrected.empty()) {
        log().information(fmt::format("idle sessions closed: {}, statuses corrected: {}",
                                      result.closed.size(), result.corrected.size()));
    }
    return static_cast<std::int64_t>(result.closed.size() + result.corrected.size());
}

std::int64_t note_extraction(Store& store, KeepSettings::Age idle) {
    return idle ? static_cast<std::int64_t>(
                      store.sessions().note_extraction(enginebay::now() - *idle).size())
                : 0;
}

std::int64_t delete_closed_sessions(Store& store, Timestamp limit, const std::stop_token& stop) {
    std::int64_t deleted = 0;
    for (const std::string& id : store.sessions().closed_before(limit)) {
        if (stop.stop_requested()) {
            break;
        }
        try {
            deleted += store.sessions().remove(id) ? 1 : 0;
        } catch (const enginebay::Error& error) {
            if (error.code() == enginebay::Errc::lock_lost) {
                throw;
            }
            log().warning(fmt::format("session {} could not be deleted: {}", id, error.what()));
        }
    }
    if (deleted > 0) {
        log().information(fmt::format("closed sessions deleted: {}", deleted));
    }
    return deleted;
}

std::int64_t delete_delivered(Store& store, Timestamp limit) {
    const std::int64_t deleted =
        each_of({[&] { return store.hooks().purge_delivered(limit); },
                 [&] { return store.notifications().purge_delivered(limit); },
                 [&] { return store.webhooks().purge_delivered(limit); }});
    if (deleted > 0) {
        log().information(fmt::format("delivered rows deleted: {}", deleted));
    }
    return deleted;
}

}  // namespace

Loop::Work sessions_work(Store& store, const KeepSettings& keep) {
    return [&store, keep](const std::stop_token&) {
        return each_of({[&] { return end_idle(store, keep.idle_sessions); },
                        [&] { return note_extraction(store, keep.unextracted); },
                        [&] {
                            store.sessions().replay_closed(enginebay::now() - replayed);
                            return std::int64_t{0};
                        }});
    };
}

Loop::Work retention_work(Store& store, const KeepSettings& keep) {
    return [&store, delivered = keep.delivered,
            closed = keep.closed_sessions](const std::stop_token& stop) {
        const Timestamp now = enginebay::now();
        return each_of(
            {[&] { return delivered ? delete_delivered(store, now - *delivered) : 0; },
             [&] { return closed ? delete_closed_sessions(store, now - *closed, stop) : 0; }});
    };
}

}  // namespace teleclaude
