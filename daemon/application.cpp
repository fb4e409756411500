// SPDX-License-Identifier: BSL-1.0
// Application: what happens becomes words and an exit status.
#include "application.hpp"

#include "log.hpp"
#include "signals.hpp"
#include "startup/notify.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <iostream>
#include <utility>

namespace teleclaude {
namespace {

using enginebay::Errc;

std::string variable(const enginebay::SettingsSource& source, const std::string& name) {
    const auto found = source.environment.find(name);
    return found == source.environment.end() ? std::string{} : found->second;
}

}  // namespace

void complain(const std::string& message) {
    std::cerr << "teleclauded: " << message << std::endl;  // NOLINT(performance-avoid-endl)
}

Application::Application(StartInput input, Background& background)
    : input_{std::move(input)}, background_{background} {}

int Application::main(const std::vector<std::string>& /*arguments*/) {
    set_up_log("information");
    try {
        return run_daemon();
    } catch (const enginebay::Error& error) {
        complain(error.what());
        return exit_status(error.code());
    } catch (const std::exception& error) {
        complain(fmt::format("{}: a bug; please report it", error.what()));
        return exit_status(Errc::internal);
    }
}

int Application::run_daemon() {
    Lifetime lifetime;
    Daemon daemon{input_, lifetime};
    const SignalWatch signals{{[&lifetime](const std::string& name) { lifetime.end(0, name); },
                               [&daemon] {
                                   try {
                                       daemon.reload();
                                       log().information("SIGHUP: the configuration is read again");
                                   } catch (const std::exception& error) {
                                       log().error(fmt::format("SIGHUP: {}", error.what()));
                                   }
                               }}};
    try {
        daemon.start();
    } catch (const std::exception& error) {
        if (!lifetime.ending()) {
            throw;
        }
        // Whatever broke off after the end was asked for broke off because of it.
        log().debug(fmt::format("the start was broken off: {}", error.what()));
    }
    const int status = run_until_ended(daemon, lifetime);
    daemon.stop();
    if (status != 0) {
        complain(lifetime.why());
    }
    return status;
}

int Application::run_until_ended(Daemon& daemon, Lifetime& lifetime) {
    if (lifetime.ending()) {
        log().information(
            fmt::format("{} during the start: nothing is left half done", lifetime.why()));
        return lifetime.status();
    }
    tell_ready(daemon);
    if (input_.options.check) {
        return 0;
    }
    lifetime.wait();
    notify_service_manager(variable(input_.source, "NOTIFY_SOCKET"), "STOPPING=1");
    log().information(fmt::format("ending: {}", lifetime.why()));
    return lifetime.status();
}

void Application::tell_ready(Daemon& daemon) {
    std::cout << daemon.summary() << std::flush;
    if (!input_.options.check) {
        notify_service_manager(variable(input_.source, "NOTIFY_SOCKET"), "READY=1");
        background_.ready();
    }
}

}  // namespace teleclaude
