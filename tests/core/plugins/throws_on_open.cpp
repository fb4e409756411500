// SPDX-License-Identifier: BSL-1.0
// A plugin that throws when an engine is opened: what, says the configuration's path.
#include <enginebay/error.hpp>
#include <enginebay/plugin.hpp>

#include <stdexcept>

namespace {
std::unique_ptr<enginebay::Engine> open_or_throw(const enginebay::DatabaseConfig& config) {
    if (config.path == "error") {
        throw enginebay::Error{enginebay::Errc::unreachable, "nobody answers"};
    }
    if (config.path == "number") {
        throw 42;
    }
    throw std::runtime_error{"a foreign cause"};
}
}  // namespace

ENGINEBAY_PLUGIN(throws_on_open, "1.0.0", "BSL-1.0", enginebay::Location::file,
                 enginebay::Capabilities{}, open_or_throw)
