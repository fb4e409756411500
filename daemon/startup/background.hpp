// SPDX-License-Identifier: BSL-1.0
// Background: the process goes to the background, and whoever called it learns how the start went.
// Threads: before any thread is started.
#pragma once

#include <optional>

namespace teleclaude {

class Background {
public:
    Background() = default;
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;
    ~Background();

    /// Forks. In the child: nothing. In the parent, once the child is ready or has failed: the exit
    /// status it has to end with.
    std::optional<int> fork();
    /// In the child: lets the parent go; standard streams that are no file go to /dev/null.
    void ready() noexcept;

private:
    int pipe_{-1};
};

}  // namespace teleclaude
