// SPDX-License-Identifier: BSL-1.0
// What the daemon does by itself, again and again.
// Threads: the works are called by one thread each.
#pragma once

#include "loops/loop.hpp"
#include "startup/own_settings.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <vector>

namespace teleclaude {

/// All of them, started. Those that change rows wait a while first.
std::vector<std::unique_ptr<Loop>> make_loops(Store& store, const OwnSettings& settings);

/// How long claims last and how failures are tried again.
void apply_rules(Store& store, const OutboxSettings& settings);

/// Calls each, also where one before it failed; throws the first failure at the end. The sum of
/// what they give.
std::int64_t each_of(std::initializer_list<std::function<std::int64_t()>> parts);

/// Folds the write-ahead log into the database; nothing where a backend does that itself.
Loop::Work checkpoint_work(Store& store);
/// Forgets voice assignments nobody has renewed.
Loop::Work voices_work(Store& store, KeepSettings::Age age);
/// Takes away marks of AI tools whose time is over.
Loop::Work agents_work(Store& store);
/// Removes listeners that can never be called.
Loop::Work listeners_work(Store& store, KeepSettings::Age age);
/// Gives rows back that a worker claimed and never marked.
Loop::Work outboxes_work(Store& store);
/// Deactivates webhook contracts whose time is over.
Loop::Work contracts_work(Store& store);
/// Ends idle sessions, corrects half-closed ones, notes the idle ones of people as extracted, and
/// tells once more of those that ended lately.
Loop::Work sessions_work(Store& store, const KeepSettings& keep);
/// Deletes what has been delivered or closed for long, where that is configured.
Loop::Work retention_work(Store& store, const KeepSettings& keep);

}  // namespace teleclaude
