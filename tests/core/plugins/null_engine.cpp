// SPDX-License-Identifier: BSL-1.0
// A plugin that opens no engine and gives no reason.
#include <enginebay/plugin.hpp>

namespace {
std::unique_ptr<enginebay::Engine> open_nothing(const enginebay::DatabaseConfig& /*config*/) {
    return nullptr;
}
}  // namespace

ENGINEBAY_PLUGIN(null_engine, "1.0.0", "BSL-1.0", enginebay::Location::file,
                 enginebay::Capabilities{}, open_nothing)
