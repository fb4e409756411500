// SPDX-License-Identifier: BSL-1.0
// Cases of error.hpp: each thing that can go wrong has the code that says what to do next.
#include "cases.hpp"
#include "scene.hpp"

namespace enginebay::conformance {
namespace {

// Two tables with one of every constraint.
struct Constrained {
    explicit Constrained(const Backend& backend) : scene{backend}, connection{scene.connect()} {
        execute(*connection, "CREATE TABLE parent (id BIGINT NOT NULL PRIMARY KEY)");
        execute(*connection,
                "CREATE TABLE child (id BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, "
                "age BIGINT CONSTRAINT child_age CHECK (age >= 0), "
                "parent BIGINT REFERENCES parent (id))");
        execute(*connection, "INSERT INTO parent VALUES (1)");
        execute(*connection, "INSERT INTO child VALUES (1, 'first', 7, 1)");
    }

    Error refused(const char* sql, Parameters parameters = {}) {
        const Error error = error_of([&] { execute(*connection, sql, parameters); });
        EXPECT_EQ(error.sql(), sql);
        EXPECT_FALSE(error.retryable());
        EXPECT_TRUE(error.native_code() != 0 || !error.sqlstate().empty())
            << "the backend's own code is kept";
        EXPECT_EQ(number(*connection, "SELECT count(*) FROM child"), 1) << "the session goes on";
        return error;
    }

    Scene scene;
    std::unique_ptr<Connection> connection;
};

void a_second_row_with_a_key_is_a_unique_violation(const Backend& backend) {
    Constrained tables{backend};
    EXPECT_EQ(tables.refused("INSERT INTO child VALUES (1, 'x', 1, 1)").code(),
              Errc::unique_violation);
    const Error error = tables.refused("INSERT INTO child VALUES (2, 'first', 1, 1)");
    EXPECT_EQ(error.code(), Errc::unique_violation);
    EXPECT_NE(error.object().find("child"), std::string::npos)
        << "the constraint is named: '" << error.object() << "'";
}

void a_missing_parent_is_a_foreign_key_violation(const Backend& backend) {
    Constrained tables{backend};
    EXPECT_EQ(tables.refused("INSERT INTO child VALUES (2, 'x', 1, 99)").code(),
              Errc::foreign_key_violation);
    EXPECT_EQ(tables.refused("DELETE FROM parent WHERE id = ?", {integer(1)}).code(),
              Errc::foreign_key_violation);
}

void a_missing_value_is_a_not_null_violation(const Backend& backend) {
    Constrained tables{backend};
    const Error error =
        tables.refused("INSERT INTO child VALUES (2, ?, 1, 1)", {ValueView::null()});
    EXPECT_EQ(error.code(), Errc::not_null_violation);
    EXPECT_NE(error.object().find("name"), std::string::npos)
        << "the column is named: '" << error.object() << "'";
}

void a_refused_condition_is_a_check_violation(const Backend& backend) {
    Constrained tables{backend};
    const Error error = tables.refused("INSERT INTO child VALUES (2, 'x', -1, 1)");
    EXPECT_EQ(error.code(), Errc::check_violation);
    EXPECT_NE(error.object().find("child_age"), std::string::npos)
        << "the constraint is named: '" << error.object() << "'";
}

void what_the_database_does_not_understand_is_a_statement_error(const Backend& backend) {
    Constrained tables{backend};
    for (const char* sql : {"SELEKT 1", "SELECT FROM WHERE", "SELECT 'open", "DELETE FROM nowhere",
                            "SELECT nothing FROM child", "INSERT INTO child (id) VALUES (1, 2)",
                            "SELECT no_such_function(1)", "CREATE TABLE child (id BIGINT)"}) {
        EXPECT_EQ(tables.refused(sql).code(), Errc::statement) << sql;
    }
}

// Values may be secrets: an error holds the statement, not them.
void an_error_does_not_show_bound_values(const Backend& backend) {
    Constrained tables{backend};
    execute(*tables.connection, "CREATE TABLE secret (k TEXT NOT NULL PRIMARY KEY)");
    const ValueView value = words("my-secret-value");
    execute(*tables.connection, "INSERT INTO secret VALUES (?)", {value});
    const Error error =
        error_of([&] { execute(*tables.connection, "INSERT INTO secret VALUES (?)", {value}); });
    EXPECT_EQ(error.code(), Errc::unique_violation);
    EXPECT_EQ(error.sql(), "INSERT INTO secret VALUES (?)");
    EXPECT_EQ(error.sql().find("my-secret-value"), std::string::npos);
}

void writing_through_a_reading_connection_is_read_only(const Backend& backend) {
    Scene scene{backend};
    create_numbers(*scene.connect(), 1);
    const auto connection = scene.connect(Access::read_only);
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "one");
    EXPECT_EQ(code_of([&] { execute(*connection, "UPDATE t SET v = 'x'"); }), Errc::read_only);
    EXPECT_EQ(code_of([&] { execute(*connection, "CREATE TABLE u (id BIGINT)"); }),
              Errc::read_only);
    EXPECT_EQ(code_of([&] {
                  connection->begin(TransactionMode::write);
                  execute(*connection, "DELETE FROM t");
              }),
              Errc::read_only);
    connection->rollback();
    EXPECT_EQ(text(*connection, "SELECT v FROM t"), "one");
}

// A failed connect: its code, no secret in what it says, and the good configuration still works.
Error refused_connect(Scene& scene, const DatabaseConfig& config) {
    const auto begin = std::chrono::steady_clock::now();
    const Error error = error_of([&] {
        const auto engine = scene.open(config);
        engine->connect(Access::read_write);
    });
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 15s);
    EXPECT_FALSE(std::string{error.what()}.empty());
    if (!config.password.empty()) {
        EXPECT_EQ(std::string{error.what()}.find(config.password), std::string::npos)
            << error.what();
    }
    EXPECT_EQ(number(*scene.connect(), "SELECT 1"), 1);
    return error;
}

void nothing_that_answers_is_unreachable(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.unreachable);
    Scene scene{backend};
    EXPECT_EQ(refused_connect(scene, backend.unreachable(scene.config())).code(),
              Errc::unreachable);
}

void a_missing_database_is_unreachable_and_not_made(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.missing);
    Scene scene{backend};
    const DatabaseConfig missing = backend.missing(scene.config());
    for (int attempt = 0; attempt < 2; ++attempt) {
        EXPECT_EQ(refused_connect(scene, missing).code(), Errc::unreachable);
    }
    EXPECT_EQ(code_of([&] { scene.open(missing)->connect(Access::read_only); }), Errc::unreachable);
}

void refused_access_is_permission(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.forbidden);
    Scene scene{backend};
    EXPECT_EQ(refused_connect(scene, backend.forbidden(scene.config())).code(), Errc::permission);
}

// A wrong attempt must not poison the engine that made it, nor leave anything open.
void failed_connects_leave_nothing_open(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.missing);
    Scene scene{backend};
    const auto engine = scene.open(backend.missing(scene.config()));
    const auto open_files = [] {
        const std::filesystem::directory_iterator files{"/proc/self/fd"};
        return std::distance(begin(files), end(files));
    };
    EXPECT_EQ(code_of([&] { engine->connect(Access::read_write); }), Errc::unreachable);
    const auto before = open_files();
    for (int attempt = 0; attempt < 10; ++attempt) {
        EXPECT_EQ(code_of([&] { engine->connect(Access::read_write); }), Errc::unreachable);
    }
    EXPECT_EQ(open_files(), before);
}

void damaged_storage_is_corrupt(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(backend.corrupt);
    Scene scene{backend};
    create_numbers(*scene.connect(), 1);
    if (!backend.corrupt(scene.config())) {
        EXPECT_EQ(number(*scene.connect(), "SELECT count(*) FROM t"), 1) << "out of reach";
        return;
    }
    EXPECT_EQ(code_of([&] {
                  const auto connection = scene.connect(Access::read_write);
                  number(*connection, "SELECT count(*) FROM t");
              }),
              Errc::corrupt);
}

void an_unknown_option_is_refused_by_its_name(const Backend& backend) {
    Scene scene{backend};
    DatabaseConfig config = scene.config();
    config.options["no_such_option_at_all"] = "1";
    const Error error = error_of([&] { scene.open(config); });
    EXPECT_EQ(error.code(), Errc::configuration);
    EXPECT_NE(std::string{error.what()}.find("no_such_option_at_all"), std::string::npos);
}

void a_misspelt_option_is_told_the_right_one(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(!backend.option.empty());
    Scene scene{backend};
    DatabaseConfig config = scene.config();
    std::string misspelt = backend.option;
    misspelt.erase(misspelt.size() / 2, 1);
    config.options[misspelt] = "1";
    const Error error = error_of([&] { scene.open(config); });
    EXPECT_EQ(error.code(), Errc::configuration);
    EXPECT_NE(std::string{error.what()}.find("'" + backend.option + "'"), std::string::npos)
        << error.what();
}

void a_senseless_option_is_refused_by_key_and_value(const Backend& backend) {
    ENGINEBAY_NEEDS_HOOK(!backend.option.empty());
    Scene scene{backend};
    DatabaseConfig config = scene.config();
    config.options[backend.option] = "no-sense-at-all";
    const Error error = error_of([&] { scene.open(config); });
    EXPECT_EQ(error.code(), Errc::configuration);
    EXPECT_NE(std::string{error.what()}.find(backend.option), std::string::npos);
    EXPECT_NE(std::string{error.what()}.find("no-sense-at-all"), std::string::npos);
}

constexpr std::array<Case, 15> cases{{
    {"a_second_row_with_a_key_is_a_unique_violation",
     a_second_row_with_a_key_is_a_unique_violation},
    {"a_missing_parent_is_a_foreign_key_violation", a_missing_parent_is_a_foreign_key_violation},
    {"a_missing_value_is_a_not_null_violation", a_missing_value_is_a_not_null_violation},
    {"a_refused_condition_is_a_check_violation", a_refused_condition_is_a_check_violation},
    {"what_the_database_does_not_understand_is_a_statement_error",
     what_the_database_does_not_understand_is_a_statement_error},
    {"an_error_does_not_show_bound_values", an_error_does_not_show_bound_values},
    {"writing_through_a_reading_connection_is_read_only",
     writing_through_a_reading_connection_is_read_only},
    {"nothing_that_answers_is_unreachable", nothing_that_answers_is_unreachable},
    {"a_missing_database_is_unreachable_and_not_made",
     a_missing_database_is_unreachable_and_not_made},
    {"refused_access_is_permission", refused_access_is_permission},
    {"failed_connects_leave_nothing_open", failed_connects_leave_nothing_open},
    {"damaged_storage_is_corrupt", damaged_storage_is_corrupt},
    {"an_unknown_option_is_refused_by_its_name", an_unknown_option_is_refused_by_its_name},
    {"a_misspelt_option_is_told_the_right_one", a_misspelt_option_is_told_the_right_one},
    {"a_senseless_option_is_refused_by_key_and_value",
     a_senseless_option_is_refused_by_key_and_value},
}};

}  // namespace

std::span<const Case> error_cases() { return cases; }

}  // namespace enginebay::conformance
