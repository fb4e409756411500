// SPDX-License-Identifier: BSL-1.0
// The checkpoint loop's work.
#include "log.hpp"
#include "loops/loops.hpp"

#include <fmt/format.h>

namespace teleclaude {

Loop::Work checkpoint_work(Store& store) {
    return [&store](const std::stop_token& stop) -> std::int64_t {
        store.require_lock();
        enginebay::Session session = store.database().session();
        session.label("checkpoint loop");
        session.stop_with(stop);
        const enginebay::CheckpointResult result =
            store.database().engine().checkpoint(session.connection());
        log().debug(fmt::format("checkpoint: {} of {} pages{}", result.checkpointed_pages,
                                result.log_pages, result.busy ? ", kept back by readers" : ""));
        return 0;
    };
}

}  // namespace teleclaude
