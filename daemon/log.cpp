// SPDX-License-Identifier: BSL-1.0
// The log's channel, form and level.
#include "log.hpp"

#include <enginebay/error.hpp>

#include <Poco/AutoPtr.h>
#include <Poco/ConsoleChannel.h>
#include <Poco/Exception.h>
#include <Poco/FormattingChannel.h>
#include <Poco/PatternFormatter.h>
#include <fmt/format.h>

namespace teleclaude {

Poco::Logger& log() {
    static Poco::Logger& logger = Poco::Logger::get("teleclauded");
    return logger;
}

void set_up_log(const std::string& level) {
    const Poco::AutoPtr<Poco::PatternFormatter> form{
        new Poco::PatternFormatter{"%Y-%m-%dT%H:%M:%S.%iZ %p: %t"}};
    const Poco::AutoPtr<Poco::Channel> console{new Poco::ConsoleChannel};
    const Poco::AutoPtr<Poco::Channel> channel{new Poco::FormattingChannel{form, console}};
    Poco::Logger::root().setChannel(channel);
    log().setChannel(channel);
    set_log_level(level);
}

void set_log_level(const std::string& level) {
    try {
        log().setLevel(level);
    } catch (const Poco::Exception&) {
        throw enginebay::Error{enginebay::Errc::configuration,
                               fmt::format("'{}' is no log level: fatal, critical, error, warning, "
                                           "notice, information, debug or trace is meant",
                                           level)};
    }
}

}  // namespace teleclaude
