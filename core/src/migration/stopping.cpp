// SPDX-License-Identifier: BSL-1.0
// Looks at the token, and cancels what runs.
#include "migration/stopping.hpp"

#include "migration/planner.hpp"

#include <enginebay/error.hpp>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <utility>

namespace enginebay::migration {
namespace {

constexpr std::chrono::milliseconds cancel_every{50};

}  // namespace

Stopping::Stopping(Connection& connection, const MigrationSet& set, std::string backend, Way way,
                   const UpgradeOptions& options)
    : connection_{connection},
      set_{set},
      backend_{std::move(backend)},
      way_{way},
      options_{options} {
    if (!options.stop.stop_possible()) {
        return;
    }
    options_.progress = [this, tell = options.progress](const MigrationProgress& progress) {
        if (tell) {
            tell(progress);
        }
        // What is done is committed: the look is before the next.
        if (progress.what != MigrationProgress::What::done && options_.stop.stop_requested()) {
            throw Error{Errc::cancelled, standing(progress)};
        }
    };
    requested_.emplace(options.stop, [this] { stop(); });
}

void Stopping::cancel_until(const std::stop_token& over) const {
    std::mutex mutex;
    std::condition_variable_any wake;
    std::unique_lock lock{mutex};
    while (!over.stop_requested()) {
        connection_.cancel();
        wake.wait_for(lock, over, cancel_every, [] { return false; });
    }
}

void Stopping::stop() noexcept {
    try {
        // Not in this thread: whoever requests a stop may have more to do.
        canceller_ = std::jthread{[this](const std::stop_token& over) { cancel_until(over); }};
    } catch (const std::system_error&) {
        connection_.cancel();  // without a thread, once is what there is
    }
}

std::string Stopping::standing(const MigrationProgress& progress) const {
    const std::string id{progress.revision};
    switch (progress.what) {
        case MigrationProgress::What::waiting:
            return "interrupted while waiting for another program";
        case MigrationProgress::What::adopted:
            return "interrupted; the database is recorded to be at revision '" + id + "'";
        case MigrationProgress::What::copied:
        case MigrationProgress::What::note:
            return "interrupted before the first change";
        default:
            break;
    }
    const Revision* revision = set_.find(id);
    if (revision != nullptr && !revision->transactional && runs_on(*revision, backend_)) {
        return "interrupted; what is done of revision '" + id +
               "' is kept, and the same command goes on from there";
    }
    return way_ == Way::up ? "interrupted during revision '" + id + "', which is undone"
                           : "interrupted; the database is still at revision '" + id + "'";
}

}  // namespace enginebay::migration
