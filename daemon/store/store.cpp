// SPDX-License-Identifier: BSL-1.0
// Store: its parts, and the condition of every write.
#include "store/store.hpp"

#include <utility>

namespace teleclaude {

Store::Store(enginebay::Database& database, std::function<void()> require_lock)
    : database_{database},
      require_lock_{std::move(require_lock)},
      sessions_{*this},
      lookup_{database},
      voices_{*this},
      pending_deletions_{*this},
      settings_{*this},
      agents_{*this},
      hooks_{*this},
      notifications_{*this},
      webhooks_{*this},
      listeners_{*this},
      memory_{*this} {}

void Store::require_lock() const {
    if (require_lock_) {
        require_lock_();
    }
}

}  // namespace teleclaude
