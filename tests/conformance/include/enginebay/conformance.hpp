// SPDX-License-Identifier: BSL-1.0
// The conformance suite: what every backend must do, as tests of a loaded plugin.
// Threads: main's.  Ownership: a Backend is copied into the registered tests.
//
// For an author of a backend, one file:
//
//     #include <enginebay/conformance.hpp>
//     enginebay::conformance::Backend describe() {
//         enginebay::conformance::Backend backend;
//         backend.name = "mybase";
//         backend.plugin_path = {MY_PLUGIN_DIR};
//         backend.create_database = [] { ... return Database{config, keeper}; };
//         return backend;
//     }
//     int main(int argc, char** argv) {
//         return enginebay::conformance::main(argc, argv, describe);
//     }
//
// linked with EngineBay::conformance. What the backend can do comes from its plugin; a capability
// it does not state is tested to be refused as Errc::unsupported or to be harmless. The hooks below
// `create_database` are optional: a case that needs one which is not given is skipped, visibly.
#pragma once

#include <enginebay/config.hpp>
#include <enginebay/schema.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace enginebay::conformance {

/// A fresh, empty database, for one case; `keeper` drops it when it is destroyed.
struct Database {
    DatabaseConfig config;
    std::shared_ptr<void> keeper;
};

/// What the suite must be told about a backend.
struct Backend {
    std::string name;                                ///< the plugin's: `<name>.so`
    std::vector<std::filesystem::path> plugin_path;  ///< absolute folders
    std::string unavailable;  ///< why nothing can be tested here (no server); all cases are skipped
    std::function<Database()> create_database;

    /// Ends all connections to the database from its other end; gives false when there is none.
    std::function<bool(const DatabaseConfig&)> kill_connections;
    /// Takes the instance lock away from its holder.
    std::function<void(const DatabaseConfig&)> break_lock;
    /// Damages what is stored; gives false when the tests cannot reach it.
    std::function<bool(const DatabaseConfig&)> corrupt;

    /// Names everything that users made in the database, also what inspect() does not look at.
    std::function<std::string(const DatabaseConfig&)> footprint;

    // The same configuration, bent:
    std::function<DatabaseConfig(DatabaseConfig)> unreachable;  ///< nothing answers there
    std::function<DatabaseConfig(DatabaseConfig)> missing;      ///< there is no such database
    std::function<DatabaseConfig(DatabaseConfig)> forbidden;    ///< access is refused
    std::function<DatabaseConfig(DatabaseConfig)>
        impatient;  ///< waits less than a second for locks

    std::function<DatabaseConfig(DatabaseConfig)> respelt;  ///< the same database named otherwise

    /// One of the keys that the plugin understands under `options`.
    std::string option;
    /// A query that gives the key of every row that the search index `index` of `table` finds for
    /// one bound word.
    std::function<std::string(const std::string& table, const SearchIndex& index)> search;
};

/// Registers every case with GoogleTest as `<name>_<interface>.<case>`.
void register_suite(const Backend& backend);

/// A whole main(): runs as worker where it was started as one, else describes the backend,
/// registers and runs the suite. Fails when no test ran.
int main(int argc, char** argv, const std::function<Backend()>& describe);

/// Cases start this very program a second time. Where this is such a second process, does what it
/// is for and gives its exit status. A main() of one's own calls it before anything else.
std::optional<int> run_worker(int argc, char** argv);

}  // namespace enginebay::conformance
