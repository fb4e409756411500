// SPDX-License-Identifier: BSL-1.0
// A folder, an engine of the loaded plugin on a database in it, and short ways to ask.
// Threads: one.
#pragma once

#include "support/errors.hpp"
#include "support/temporary_folder.hpp"

#include <enginebay/engine.hpp>
#include <enginebay/error.hpp>
#include <enginebay/plugin_host.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace enginebay {

// How failures print them; by argument-dependent look-up.
inline void PrintTo(Errc code, std::ostream* out) { *out << to_string(code); }  // NOLINT
inline void PrintTo(const StructureFact& fact, std::ostream* out) {             // NOLINT
    *out << fact.kind << " " << fact.table << " / " << fact.name << ": " << fact.definition;
}

}  // namespace enginebay

namespace enginebay::testing {

using Options = std::map<std::string, std::string>;
using Parameters = std::initializer_list<ValueView>;

inline std::unique_ptr<Engine> open_sqlite(const std::string& path, Options options = {},
                                           const std::string& product = "testing") {
    static PluginHost host{{std::getenv("ENGINEBAY_TEST_PLUGIN_DIR")}};
    DatabaseConfig config;
    config.engine = "sqlite";
    config.product = product;
    config.path = path;
    config.options = std::move(options);
    return host.open(config);
}

class SqliteTest : public ::testing::Test {
protected:
    TemporaryFolder folder_;
    std::string path_ = folder_ / "test.db";
    std::unique_ptr<Engine> engine_ = open_sqlite(path_);

    std::unique_ptr<Connection> connect(Access access = Access::create) {
        return engine_->connect(access);
    }
};

inline std::int64_t execute(Connection& connection, std::string_view sql,
                            Parameters parameters = {}) {
    return connection.execute(sql, {parameters.begin(), parameters.size()});
}

inline Cursor& query(Connection& connection, std::string_view sql, Parameters parameters = {}) {
    return connection.query(sql, {parameters.begin(), parameters.size()});
}

inline std::string text_of(const ValueView& value) {
    switch (value.kind()) {
        case Kind::integer:
            return std::to_string(value.as_integer());
        case Kind::text:
            return std::string{value.as_text()};
        case Kind::real:
            return std::to_string(value.as_real());
        case Kind::null:
            return "NULL";
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

/// While it lives, the process may read the folder and not write it, also when it runs as root.
class Unprivileged {
public:
    explicit Unprivileged(const std::filesystem::path& folder) : folder_{folder} {
        using std::filesystem::perms;
        std::filesystem::permissions(folder_, perms::owner_read | perms::owner_exec |
                                                  perms::group_read | perms::group_exec |
                                                  perms::others_read | perms::others_exec);
        if (was_root_ && ::seteuid(65534) != 0) {
            ADD_FAILURE() << "cannot become nobody";
        }
    }
    Unprivileged(const Unprivileged&) = delete;
    Unprivileged& operator=(const Unprivileged&) = delete;
    ~Unprivileged() {
        if (was_root_ && ::seteuid(0) != 0) {
            ADD_FAILURE() << "cannot become root again";
        }
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all);
    }

private:
    std::filesystem::path folder_;
    bool was_root_{::geteuid() == 0};
};

}  // namespace enginebay::testing
