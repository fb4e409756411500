// SPDX-License-Identifier: BSL-1.0
// A database of its own, an engine of the loaded plugin on it, and short ways to ask.
// Threads: one.
#pragma once

#include "support/backend.hpp"
#include "support/errors.hpp"
#include "support/postgres_server.hpp"

#include <enginebay/engine.hpp>
#include <enginebay/error.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace enginebay {

// How failures print it; by argument-dependent look-up.
inline void PrintTo(Errc code, std::ostream* out) { *out << to_string(code); }  // NOLINT

}  // namespace enginebay

namespace enginebay::testing {

using namespace std::chrono_literals;
using Parameters = std::initializer_list<ValueView>;

inline std::int64_t execute(Connection& connection, std::string_view sql,
                            Parameters parameters = {}) {
    return connection.execute(sql, {parameters.begin(), parameters.size()});
}

inline Cursor& query(Connection& connection, std::string_view sql, Parameters parameters = {}) {
    return connection.query(sql, {parameters.begin(), parameters.size()});
}

inline std::string text_of(const ValueView& value) {
    switch (value.kind()) {
        case Kind::null:
            return "NULL";
        case Kind::boolean:
            return value.as_boolean() ? "true" : "false";
        case Kind::integer:
            return std::to_string(value.as_integer());
        case Kind::real:
            return std::to_string(value.as_real());
        case Kind::text:
            return std::string{value.as_text()};
        default:
            return "?";
    }
}

/// The first cell of the first row as text; "none" without a row.
inline std::string ask(Connection& connection, std::string_view sql, Parameters parameters = {}) {
    Cursor& cursor = query(connection, sql, parameters);
    const ValueView* row = cursor.next();
    std::string answer = row == nullptr ? "none" : text_of(row[0]);
    cursor.close();
    return answer;
}

class PostgresTest : public BackendTest {
protected:
    void SetUp() override {
        BackendTest::SetUp();
        if (IsSkipped() || HasFatalFailure()) {
            return;
        }
        server_ = PostgresServer::find();
        database_.emplace(create_database());
        engine_ = database_->engine();
    }

    [[nodiscard]] DatabaseConfig config() const { return database_->config(); }
    [[nodiscard]] static std::unique_ptr<Engine> open(const DatabaseConfig& config) {
        return plugin_host().open(config);
    }
    [[nodiscard]] std::unique_ptr<Connection> connect(Access access = Access::create) const {
        return engine_->connect(access);
    }
    /// One statement as administrator, in the test's database.
    std::string as_administrator(const std::string& sql) const {
        return server_->run(config().dbname, sql);
    }
    void kill(const std::string& backend_pid) const {
        as_administrator("SELECT pg_terminate_backend(" + backend_pid + ", 5000)");
    }
    void kill_all() const { backend().kill_connections(config()); }

    std::optional<PostgresServer> server_;
    std::optional<TestDatabase> database_;
    std::unique_ptr<Engine> engine_;
};

inline std::string backend_of(Connection& connection) {
    return ask(connection, "SELECT pg_backend_pid()");
}

}  // namespace enginebay::testing
