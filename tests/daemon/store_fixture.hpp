// SPDX-License-Identifier: BSL-1.0
// StoreTest: TeleClaude's tables on a fresh database, and a store on them.
#pragma once

#include "store/store.hpp"
#include "support/backend.hpp"

#include <enginebay/database.hpp>
#include <enginebay/migrations.hpp>
#include <enginebay/timestamp.hpp>

#include <optional>
#include <string>

namespace enginebay::testing {

inline MigrationSet teleclaude_migrations() {
    return MigrationSet::load(build_path("ENGINEBAY_TEST_SOURCE_DIR") / "migrations");
}

class StoreTest : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFailure()) {
            return;
        }
        place_.emplace(create_database());
        engine_ = place_->engine();
        Migrations{*engine_, place_->config().engine, teleclaude_migrations()}.upgrade({});
        database_.emplace(Database::open(place_->config(), plugin_host()));
        store_.emplace(*database_);
    }

    void add_session(const std::string& id, const std::string& more_columns = {},
                     const std::string& more_values = {}) {
        Session session = database_->session();
        session.execute("INSERT INTO sessions (session_id, computer_name" + more_columns +
                            ") VALUES (?, 'here'" + more_values + ")",
                        id);
    }

    /// Runs one statement as somebody else would.
    template <class... Args>
    std::int64_t sql(const std::string& statement, const Args&... args) {
        return database_->session().execute(statement, args...);
    }
    template <class T, class... Args>
    T one(const std::string& statement, const Args&... args) {
        return database_->session().query_one<T>(statement, args...);
    }
    /// `instant` in the spelling of the old daemon's outboxes.
    static std::string iso(Timestamp instant) {
        std::string text{to_text(instant).view()};
        text[10] = 'T';
        return text + "+00:00";
    }

    std::optional<TestDatabase> place_;
    std::unique_ptr<Engine> engine_;
    std::optional<Database> database_;
    std::optional<teleclaude::Store> store_;
};

}  // namespace enginebay::testing
