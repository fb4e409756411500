// SPDX-License-Identifier: BSL-1.0
// teleclauded: the daemon that owns the TeleClaude database.
#include "application.hpp"
#include "options.hpp"
#include "signals.hpp"

#include <enginebay/error.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <exception>
#include <utility>

namespace {

using teleclaude::Background;
using teleclaude::Options;

enginebay::SettingsSource source_for(const Options& options) {
    enginebay::SettingsSource source = enginebay::process_source();
    source.config_file = options.config;
    return source;
}

int run(const Options& options) {
    if (options.umask) {
        ::umask(*options.umask);
    }
    Background background;
    if (options.background && !options.check) {
        if (const std::optional<int> status = background.fork()) {
            return *status;
        }
    }
    const enginebay::ConfigSpec product{"teleclaude", "sqlite", {}};
    teleclaude::Application application{{product, source_for(options), options}, background};
    return application.run({"teleclauded"});
}

}  // namespace

int main(int argc, char** argv) {
    const teleclaude::ParsedOptions parsed = teleclaude::parse_options(argc, argv);
    if (parsed.exit_status) {
        return *parsed.exit_status;
    }
    teleclaude::block_signals();
    try {
        return run(parsed.options);
    } catch (const enginebay::Error& error) {
        teleclaude::complain(error.what());
        return exit_status(error.code());
    } catch (const std::exception& error) {
        teleclaude::complain(error.what());
        return exit_status(enginebay::Errc::internal);
    }
}
