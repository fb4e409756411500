// SPDX-License-Identifier: BSL-1.0
// Signals: turned from interruptions into calls on a thread of their own.
// Threads: the callbacks come on that thread, one at a time.  Ownership: callbacks and what they
// touch must outlive the object.
#pragma once

#include <functional>
#include <string>
#include <thread>

namespace teleclaude {

/// Blocks the signals below in this thread and all it will start; ignores SIGPIPE and SIGXFSZ.
/// First in main: until the watch starts a signal waits.
void block_signals();

struct SignalActions {
    std::function<void(const std::string& name)> end;  ///< SIGTERM, SIGINT, SIGQUIT: the first
    std::function<void()> reload;                      ///< SIGHUP
};

/// While it lives signals become calls. A second request to end leaves the drain a few seconds,
/// then ends the process.
class SignalWatch {
public:
    explicit SignalWatch(SignalActions actions);

private:
    void run(const std::stop_token& stop);
    SignalActions actions_;
    std::jthread thread_;
};

}  // namespace teleclaude
