// SPDX-License-Identifier: BSL-1.0
// Helpers of the tests that run migrations on a real database.
// Threads: one per Target.
#pragma once

#include "migration_fixture.hpp"
#include "support/backend.hpp"

#include <enginebay/error.hpp>
#include <enginebay/migrations.hpp>

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace enginebay::testing {

/// A set of migrations and an engine on one database.
struct Target {
    std::unique_ptr<Engine> engine;
    Migrations migrations;

    Target(const DatabaseConfig& config, MigrationSet set)
        : engine{plugin_host().open(config)}, migrations{*engine, config.engine, std::move(set)} {}
    Target(const TestDatabase& database, MigrationSet set)
        : Target{database.config(), std::move(set)} {}

    UpgradeReport upgrade() { return migrations.upgrade({}); }

    /// Everything the database consists of, our own tables included.
    Structure structure() {
        const auto connection = engine->connect(Access::read_write);
        return engine->migrator()->inspect(*connection, {});
    }

    void run(const std::string& sql) { (void)engine->connect(Access::create)->execute(sql, {}); }

    std::int64_t count(const std::string& from) {
        const auto connection = engine->connect(Access::read_write);
        Cursor& cursor = connection->query("SELECT count(*) FROM " + from, {});
        const std::int64_t result = cursor.next()[0].as_integer();
        cursor.close();
        return result;
    }
};

/// The error that `call` ends with; its code must be the one expected.
template <class Call>
Error error_of(Errc expected, Call&& call) {
    try {
        (void)std::forward<Call>(call)();
    } catch (const Error& error) {
        EXPECT_EQ(to_string(error.code()), to_string(expected)) << error.what();
        return error;
    }
    ADD_FAILURE() << "no error";
    return {Errc::internal, "no error"};
}

/// What `check` finds different, by name.
inline std::vector<std::string> differing_names(Migrations& migrations) {
    std::vector<std::string> names;
    for (const Difference& difference : migrations.check().differences) {
        names.push_back(difference.name);
    }
    return names;
}

/// What TeleClaude's revisions behind the baseline make: all that a database that was only just
/// adopted lacks.
inline const std::vector<std::string> behind_the_baseline{"idx_sessions_open"};

inline const std::string add_extra =
    "  - add_column: {table: notes, column: {name: extra, type: text}}\n";

}  // namespace enginebay::testing
