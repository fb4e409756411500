// SPDX-License-Identifier: BSL-1.0
// RowProgress: one poll() for the statement's answer and for what is said about it meanwhile.
#include "row_progress.hpp"

#include "progress_watcher.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace enginebay::postgresql {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds patience{1000};
constexpr std::chrono::milliseconds interval{250};

/// Until either can be read or written, or the time has come. True when the first can be.
bool wait(std::array<pollfd, 2>& sockets, Clock::time_point until) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    ::poll(sockets.data(), sockets.size(), std::max(0, static_cast<int>(left.count())));
    return sockets[0].revents != 0;
}

}  // namespace

void RowProgress::until_result() noexcept {
    std::optional<ProgressWatcher> watcher;
    std::int64_t told = 0;
    auto next = Clock::now() + patience;
    while (PQisBusy(handle_) != 0) {
        std::array<pollfd, 2> sockets{pollfd{PQsocket(handle_), POLLIN, 0},
                                      watcher ? watcher->socket() : pollfd{-1, 0, 0}};
        if (wait(sockets, next)) {
            if (PQconsumeInput(handle_) == 0) {
                return;
            }
            continue;
        }
        if (sockets[1].revents != 0) {
            const auto row = watcher->go_on();
            if (row && row->done > 0 && row->done != told) {
                told = row->done;
                report_(row->table, row->done, row->total);
            }
        }
        in_vain_ = in_vain_ || (watcher && watcher->useless());
        if (Clock::now() >= next) {
            next = Clock::now() + interval;
            if (watcher) {
                watcher->ask();
            } else if (!in_vain_) {
                watcher.emplace(handle_);
            }
        }
    }
}

}  // namespace enginebay::postgresql
