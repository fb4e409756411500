// SPDX-License-Identifier: BSL-1.0
// The works on the small tables: voices, agents, listeners, contracts.
#include "log.hpp"
#include "loops/loops.hpp"

#include <fmt/format.h>

namespace teleclaude {
namespace {

/// Says what was done, where anything was; the same count.
std::int64_t tell(std::string_view what, std::int64_t count) {
    if (count > 0) {
        log().information(fmt::format("{}: {}", what, count));
    }
    return count;
}

}  // namespace

Loop::Work voices_work(Store& store, KeepSettings::Age age) {
    return [&store, age](const std::stop_token&) -> std::int64_t {
        if (!age) {
            return 0;
        }
        return tell("old voice assignments forgotten",
                    static_cast<std::int64_t>(store.voices().clean_up_stale(
                        std::chrono::duration_cast<std::chrono::seconds>(*age))));
    };
}

Loop::Work agents_work(Store& store) {
    return [&store](const std::stop_token&) {
        return tell("agents available again", store.agents().clear_expired());
    };
}

Loop::Work listeners_work(Store& store, KeepSettings::Age age) {
    return [&store, age](const std::stop_token&) -> std::int64_t {
        return age ? tell("listeners of ended sessions removed",
                          store.listeners().clean_up(enginebay::now() - *age))
                   : 0;
    };
}

Loop::Work contracts_work(Store& store) {
    return [&store](const std::stop_token&) {
        return tell("webhook contracts ended", store.webhooks().sweep_contracts(enginebay::now()));
    };
}

}  // namespace teleclaude
