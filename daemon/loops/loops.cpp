// SPDX-License-Identifier: BSL-1.0
// The list of the loops.
#include "loops/loops.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace teleclaude {
namespace {

// A start changes no row: whoever starts the daemon on an old database and stops it again soon
// finds every row as it was.
constexpr std::chrono::milliseconds settling{std::chrono::minutes{5}};

}  // namespace

std::vector<std::unique_ptr<Loop>> make_loops(Store& store, const OwnSettings& settings) {
    std::vector<std::unique_ptr<Loop>> loops;
    const auto add = [&loops](std::string name, std::chrono::milliseconds first,
                              std::chrono::milliseconds interval, Loop::Work work) {
        loops.push_back(std::make_unique<Loop>(std::move(name), first, interval, std::move(work)));
    };
    const auto add_changing = [&add](std::string name, std::chrono::milliseconds interval,
                                     Loop::Work work) {
        add(std::move(name), std::min(settling, interval), interval, std::move(work));
    };
    const LoopSettings& every = settings.loops;
    const KeepSettings& keep = settings.keep;
    add("checkpoint", every.checkpoint, every.checkpoint, checkpoint_work(store));
    add_changing("voices", every.voices, voices_work(store, keep.voices));
    add_changing("agents", every.agents, agents_work(store));
    add_changing("listeners", every.listeners, listeners_work(store, keep.listeners));
    add_changing("outboxes", every.outboxes, outboxes_work(store));
    add_changing("contracts", every.contracts, contracts_work(store));
    add_changing("sessions", every.sessions, sessions_work(store, keep));
    add_changing("retention", every.retention, retention_work(store, keep));
    return loops;
}

std::int64_t each_of(std::initializer_list<std::function<std::int64_t()>> parts) {
    std::int64_t sum = 0;
    std::exception_ptr failure;
    for (const auto& part : parts) {
        try {
            sum += part();
        } catch (const std::exception&) {
            failure = failure ? failure : std::current_exception();
        }
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
    return sum;
}

void apply_rules(Store& store, const OutboxSettings& settings) {
    RetryRules rules{settings.first_wait, settings.longest_wait, settings.hook_attempts};
    store.hooks().set_rules(settings.lock, rules);
    rules.attempts = settings.notification_attempts;
    store.notifications().set_rules(settings.lock, rules);
    rules.attempts = settings.webhook_attempts;
    store.webhooks().set_rules(settings.lock, rules);
}

}  // namespace teleclaude
