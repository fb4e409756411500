// SPDX-License-Identifier: BSL-1.0
// The works that end sessions and delete what has ended long ago.
#include "log.hpp"
#include "loops/loops.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace teleclaude {
namespace {

using enginebay::Timestamp;

void delete_closed_sessions(Store& store, Timestamp limit, const std::stop_token& stop) {
    std::size_t deleted = 0;
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
}

}  // namespace

Loop::Work sessions_work(Store& store, KeepSettings::Age idle) {
    return [&store, idle](const std::stop_token&) {
        if (!idle) {
            return;
        }
        const Sessions::CleanUp result = store.sessions().clean_up(enginebay::now() - *idle);
        if (!result.closed.empty() || !result.corrected.empty()) {
            log().information(fmt::format("idle sessions closed: {}, statuses corrected: {}",
                                          result.closed.size(), result.corrected.size()));
        }
    };
}

Loop::Work retention_work(Store& store, const KeepSettings& keep) {
    return [&store, delivered = keep.delivered,
            closed = keep.closed_sessions](const std::stop_token& stop) {
        const Timestamp now = enginebay::now();
        if (delivered) {
            const Timestamp limit = now - *delivered;
            const std::int64_t purged = store.hooks().purge_delivered(limit) +
                                        store.notifications().purge_delivered(limit) +
                                        store.webhooks().purge_delivered(limit);
            if (purged > 0) {
                log().information(fmt::format("delivered rows deleted: {}", purged));
            }
        }
        if (closed) {
            delete_closed_sessions(store, now - *closed, stop);
        }
    };
}

}  // namespace teleclaude
