// SPDX-License-Identifier: BSL-1.0
// Application: the process around the daemon: log, signals, exit status.
// Threads: one; an object built in main.
#pragma once

#include "daemon.hpp"
#include "startup/background.hpp"

#include <Poco/Util/ServerApplication.h>

#include <string>
#include <vector>

namespace teleclaude {

class Application final : public Poco::Util::ServerApplication {
public:
    Application(StartInput input, Background& background);

protected:
    /// From start to end; gives the exit status.
    int main(const std::vector<std::string>& arguments) override;

private:
    int run_daemon();
    int run_until_ended(Daemon& daemon, Lifetime& lifetime);
    void tell_ready(Daemon& daemon);

    StartInput input_;
    Background& background_;
};

/// Says `teleclauded: <message>` on standard error.
void complain(const std::string& message);

}  // namespace teleclaude
