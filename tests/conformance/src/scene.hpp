// SPDX-License-Identifier: BSL-1.0
// Scene: what a case works with: a fresh database, an engine on it through the loaded plugin.
// Threads: engine() and connect() from any; the rest one.  Ownership: connections of a scene must
// be gone before it is.
#pragma once

#include "support/child_process.hpp"
#include "worker.hpp"

#include <enginebay/conformance.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/error.hpp>
#include <enginebay/plugin_host.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay {

// How failures print them.
void PrintTo(Errc code, std::ostream* out);                  // NOLINT: GoogleTest's name
void PrintTo(const StructureFact& fact, std::ostream* out);  // NOLINT

}  // namespace enginebay

namespace enginebay::conformance {

using namespace std::chrono_literals;
using ::enginebay::testing::ChildProcess;
using ::enginebay::testing::wait_until;

/// The product of every scene; locks are named after it as a daemon's are.
inline constexpr const char* product = "testing";

class Scene {
public:
    explicit Scene(const Backend& backend);

    [[nodiscard]] const Backend& backend() const noexcept { return backend_; }
    [[nodiscard]] const DatabaseConfig& config() const noexcept { return database_.config; }
    [[nodiscard]] Engine& engine() noexcept { return *engine_; }
    [[nodiscard]] const Dialect& dialect() const noexcept { return engine_->dialect(); }
    [[nodiscard]] bool has(Capability capability) const {
        return engine_->capabilities().has(capability);
    }

    std::unique_ptr<Connection> connect(Access access = Access::create) {
        return engine_->connect(access);
    }
    /// Another engine of the same plugin.
    std::unique_ptr<Engine> open(const DatabaseConfig& config) { return host_.open(config); }
    ChildProcess worker(std::vector<std::string> arguments) {
        return start_worker(backend_, config(), std::move(arguments));
    }

private:
    const Backend& backend_;
    PluginHost host_;
    Database database_;
    std::unique_ptr<Engine> engine_;
};

using Parameters = std::initializer_list<ValueView>;
using Row = std::vector<Value>;

std::int64_t execute(Connection& connection, std::string_view sql, Parameters parameters = {});
/// Starts a query and leaves it open.
Cursor& query(Connection& connection, std::string_view sql, Parameters parameters = {});
/// All rows, copied.
std::vector<Row> rows(Connection& connection, std::string_view sql, Parameters parameters = {});
/// The only cell of the only row.
Value cell(Connection& connection, std::string_view sql, Parameters parameters = {});
std::int64_t number(Connection& connection, std::string_view sql, Parameters parameters = {});
std::string text(Connection& connection, std::string_view sql, Parameters parameters = {});

Value owned(const ValueView& view);

inline ValueView integer(std::int64_t value) { return ValueView::integer(value); }
inline ValueView words(std::string_view value) { return ValueView::text(value); }

/// Runs the statements that make the table.
void create(Scene& scene, Connection& connection, const Table& table);
/// A table `t` (id BIGINT PRIMARY KEY, v TEXT) with `count` rows 1.. and v = 'one'.
void create_numbers(Connection& connection, int count = 0);

/// The Error that `call` throws; a failure, and Errc::internal, when it throws none.
template <class Call>
Error error_of(Call&& call) {
    try {
        std::forward<Call>(call)();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "nothing was thrown";
    return {Errc::internal, "nothing was thrown"};
}

template <class Call>
Errc code_of(Call&& call) {
    const Error error = error_of(std::forward<Call>(call));
    EXPECT_NE(std::string_view{error.what()}, "");
    return error.code();
}

/// A query that runs far longer than any case waits, and ends by itself all the same.
inline constexpr std::string_view endless_query =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000000) "
    "SELECT count(*) FROM n";

/// Skips the case, visibly, where the backend's description lacks what it needs.
#define ENGINEBAY_NEEDS_HOOK(hook)                                   \
    if (!(hook)) {                                                   \
        GTEST_SKIP() << "the backend's description gives no " #hook; \
    }

}  // namespace enginebay::conformance
