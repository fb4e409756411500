// SPDX-License-Identifier: BSL-1.0
// The work on the outboxes: claims that have ended.
#include "log.hpp"
#include "loops/loops.hpp"

#include <fmt/format.h>

namespace teleclaude {

Loop::Work outboxes_work(Store& store) {
    return [&store](const std::stop_token&) {
        const std::int64_t released =
            each_of({[&store] { return store.hooks().release_expired(); },
                     [&store] { return store.notifications().release_expired(); },
                     [&store] { return store.webhooks().release_expired(); }});
        if (released > 0) {
            log().information(fmt::format("claims of lost workers released: {}", released));
        }
        return released;
    };
}

}  // namespace teleclaude
