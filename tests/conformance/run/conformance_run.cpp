// SPDX-License-Identifier: BSL-1.0
// Runs the conformance suite over the built-in plugin that TELECLAUDE_DB_ENGINE names.
#include "support/backend.hpp"

#include <enginebay/conformance.hpp>

#include <memory>

namespace {

using enginebay::DatabaseConfig;
using enginebay::conformance::Database;

enginebay::conformance::Backend describe() {
    auto& tested = enginebay::testing::Backend::current();
    enginebay::conformance::Backend backend;
    backend.name = tested.name();
    backend.plugin_path = {enginebay::testing::build_path("ENGINEBAY_TEST_PLUGIN_DIR")};
    backend.unavailable = tested.unavailable();
    backend.create_database = [&tested] {
        auto made = std::make_shared<enginebay::testing::TestDatabase>(tested.create_database());
        return Database{made->config(), made};
    };
    backend.kill_connections = [&tested](const DatabaseConfig& config) {
        return tested.kill_connections(config);
    };
    backend.break_lock = [&tested](const DatabaseConfig& config) { tested.break_lock(config); };
    backend.corrupt = [&tested](const DatabaseConfig& config) { return tested.corrupt(config); };
    backend.footprint = [&tested](const DatabaseConfig& config) {
        return tested.footprint(config);
    };
    backend.unreachable = [&tested](DatabaseConfig config) { return tested.unreachable(config); };
    backend.missing = [&tested](DatabaseConfig config) { return tested.missing(config); };
    backend.forbidden = [&tested](DatabaseConfig config) { return tested.forbidden(config); };
    backend.impatient = [&tested](DatabaseConfig config) { return tested.impatient(config); };
    backend.respelt = [&tested](DatabaseConfig config) { return tested.respelt(config); };
    backend.option = tested.option();
    backend.search = [&tested](const std::string& table, const enginebay::SearchIndex& index) {
        return tested.search(table, index);
    };
    return backend;
}

}  // namespace

int main(int argc, char** argv) { return enginebay::conformance::main(argc, argv, describe); }
