// SPDX-License-Identifier: BSL-1.0
// Backend: the backend this run of a test is for, and fresh empty databases on it.
// Threads: one, except TestDatabase::engine() and connect().  Ownership: a TestDatabase owns the
// database and drops it; engines and connections on it must be gone by then.
//
// A test never asks which backend it is: what differs is here, or in the plugin's capabilities.
//
//     class SessionTest : public enginebay::testing::BackendTest {};
//     TEST_F(SessionTest, reads_what_was_written) {
//         const TestDatabase db = create_database();
//         auto connection = db.connect();
//         ...
#pragma once

#include "support/child_process.hpp"
#include "support/temporary_folder.hpp"

#include <enginebay/config.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/plugin_host.hpp>
#include <enginebay/schema.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

namespace enginebay::testing {

/// The host over the plugins of this build (ENGINEBAY_TEST_PLUGIN_DIR); one per process.
PluginHost& plugin_host();

/// A folder or program of this build, from the variable that ctest sets. Throws when it is not set.
std::filesystem::path build_path(const char* variable);
/// `<build>/bin/<name>` (ENGINEBAY_TEST_BIN_DIR).
std::filesystem::path program(const std::string& name);

/// An empty database of its own.
class TestDatabase {
public:
    TestDatabase(DatabaseConfig config, std::shared_ptr<void> keeper);

    [[nodiscard]] const DatabaseConfig& config() const noexcept { return config_; }
    operator const DatabaseConfig&() const noexcept {
        return config_;
    }  // NOLINT: for Backend's hooks
    /// An engine on it through the loaded plugin; any number, one after another or at once.
    [[nodiscard]] std::unique_ptr<Engine> engine() const;
    /// The TELECLAUDE_DB_* variables that name it, for programs.
    [[nodiscard]] Environment environment() const;
    /// The `database:` section that names it, for configuration files of programs.
    [[nodiscard]] std::string yaml() const;

private:
    DatabaseConfig config_;
    std::shared_ptr<void> keeper_;  // drops the database
};

class Backend {
public:
    Backend() = default;
    Backend(const Backend&) = delete;
    Backend& operator=(const Backend&) = delete;
    virtual ~Backend();

    /// The backend that TELECLAUDE_DB_ENGINE names; throws std::runtime_error when it names none.
    static Backend& current();

    [[nodiscard]] virtual std::string name() const = 0;  ///< the plugin's; for messages
    [[nodiscard]] virtual Location location() const = 0;
    /// Why no database can be made here (no server runs); empty when one can.
    [[nodiscard]] virtual std::string unavailable() const = 0;

    virtual TestDatabase create_database() = 0;

    /// Ends every connection to it from the other end. False: there is no other end.
    virtual bool kill_connections(const DatabaseConfig& database) = 0;
    /// Takes the instance lock away from whoever holds it.
    virtual void break_lock(const DatabaseConfig& database) = 0;
    /// Makes what lies on disk unreadable. False: the tests cannot reach it.
    virtual bool corrupt(const DatabaseConfig& database) = 0;

    /// Names everything that users made in it, whatever the plugin looks at.
    virtual std::string footprint(const DatabaseConfig& database) = 0;

    // The same configuration, bent:
    virtual DatabaseConfig unreachable(DatabaseConfig database) = 0;  ///< nothing answers there
    virtual DatabaseConfig missing(DatabaseConfig database) = 0;      ///< no such database
    virtual DatabaseConfig forbidden(DatabaseConfig database) = 0;    ///< access is refused
    virtual DatabaseConfig impatient(DatabaseConfig database) = 0;    ///< waits 200 ms for a lock

    virtual DatabaseConfig respelt(DatabaseConfig database) = 0;  ///< named in another way

    /// A key of its options.
    [[nodiscard]] virtual std::string option() const = 0;
    /// A query for the keys of the rows that a search index finds for one bound word.
    [[nodiscard]] virtual std::string search(const std::string& table,
                                             const SearchIndex& index) const = 0;

    /// Runs a script in the backend's own shell, as a person would.
    [[nodiscard]] virtual RunResult run_script(const DatabaseConfig& database,
                                               const std::filesystem::path& script) const = 0;

    /// Runs one statement behind the plugin's back, with every right.
    virtual void tamper(const DatabaseConfig& database, const std::string& sql) = 0;

    [[nodiscard]] PluginInfo plugin() const { return plugin_host().load(name()); }
    [[nodiscard]] bool has(Capability capability) const {
        return plugin().capabilities.has(capability);
    }
};

/// Base of test suites that need a database. Without a server: failed under CI=true, else skipped.
class BackendTest : public ::testing::Test {
protected:
    void SetUp() override;
    static Backend& backend() { return Backend::current(); }
    static TestDatabase create_database() { return backend().create_database(); }
};

/// For suites with a base of their own: call in SetUp() and return when it is false.
bool backend_is_there();

}  // namespace enginebay::testing
