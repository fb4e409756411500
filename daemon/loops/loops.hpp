// SPDX-License-Identifier: BSL-1.0
// What the daemon does by itself, again and again.
// Threads: the works are called by one thread each.
#pragma once

#include "loops/loop.hpp"
#include "store/store.hpp"

namespace teleclaude {

/// Folds the write-ahead log into the database; nothing where a backend does that itself.
Loop::Work checkpoint_work(Store& store);

/// Forgets voice assignments nobody has renewed for a week.
Loop::Work voices_work(Store& store);

}  // namespace teleclaude
