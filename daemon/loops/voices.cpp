// SPDX-License-Identifier: BSL-1.0
// The work of the loop that forgets old voice assignments.
#include "store/voices.hpp"

#include "log.hpp"
#include "loops/loops.hpp"

#include <fmt/format.h>

namespace teleclaude {

Loop::Work voices_work(Store& store) {
    return [&store](const std::stop_token&) {
        const std::size_t gone = store.voices().clean_up_stale();
        if (gone > 0) {
            log().information(fmt::format("forgot {} old voice assignments", gone));
        }
    };
}

}  // namespace teleclaude
