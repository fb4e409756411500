// SPDX-License-Identifier: BSL-1.0
// DatabaseTest: base of test suites that need a `Database` with tables in it.
// Threads: one, except database().
#pragma once

#include "support/backend.hpp"

#include <enginebay/database.hpp>

#include <optional>
#include <string>

namespace enginebay::testing {

class DatabaseTest : public BackendTest {
protected:
    explicit DatabaseTest(const PoolConfig& pool = {}) : pool_{pool} {}

    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        test_database_.emplace(create_database());
        open(pool_);
        make_tables();
    }
    void TearDown() override { close(); }

    /// What every test of the suite begins with; nobody has had a session yet.
    virtual void make_tables() = 0;

    Database& database() { return *database_; }
    TestDatabase& test_database() { return *test_database_; }
    void close() { database_.reset(); }
    /// The same database again, with other sessions.
    void open(const PoolConfig& pool) {
        close();
        database_.emplace(test_database_->engine(), pool);
    }
    void create(const Table& table) {
        Session session = database().session();
        const auto migrator = database().engine().migrator();
        for (const std::string& sql : migrator->render(CreateTable{table}, {})) {
            session.execute(sql);
        }
    }

private:
    PoolConfig pool_;
    std::optional<TestDatabase> test_database_;
    std::optional<Database> database_;
};

}  // namespace enginebay::testing
