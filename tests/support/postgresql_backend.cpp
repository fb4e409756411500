// SPDX-License-Identifier: BSL-1.0
// PostgreSQL for the tests: each database one of the test server's, owned by the tests' role.
#include "support/backends.hpp"
#include "support/postgres_server.hpp"

#include <optional>

namespace enginebay::testing {
namespace {

class PostgresqlBackend final : public Backend {
public:
    std::string name() const override { return "postgresql"; }
    Location location() const override { return Location::server; }

    std::string unavailable() const override {
        return server_ ? std::string{}
                       : "no PostgreSQL server for the tests: neither ENGINEBAY_TEST_POSTGRES nor "
                         "the file ENGINEBAY_TEST_POSTGRES_ENV names one";
    }

    TestDatabase create_database() override {
        const std::string name = server_.value().create_database();
        std::shared_ptr<void> keeper{
            nullptr, [server = *server_, name](void*) { server.drop_database(name); }};
        DatabaseConfig config;
        config.engine = this->name();
        config.product = "testing";
        config.host = server_->user().host;
        config.port = server_->user().port;
        config.user = server_->user().user;
        config.password = server_->user().password;
        config.dbname = name;
        return {std::move(config), std::move(keeper)};
    }

    bool kill_connections(const DatabaseConfig& database) override {
        end_sessions(database, "true");
        return true;
    }

    void break_lock(const DatabaseConfig& database) override {
        end_sessions(database, "pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')");
    }

    bool corrupt(const DatabaseConfig&) override { return false; }

    std::string footprint(const DatabaseConfig& database) override {
        return server_.value().run(
            database.dbname,
            "SELECT string_agg(concat(nspname, '.', relname), ' ' ORDER BY nspname, relname) FROM "
            "pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid WHERE nspname !~ '^pg_' "
            "AND nspname <> 'information_schema'");
    }

    DatabaseConfig unreachable(DatabaseConfig config) override {
        config.host = "/tmp/no-such-folder";
        return config;
    }

    DatabaseConfig missing(DatabaseConfig config) override {
        config.dbname += "_missing";
        return config;
    }

    DatabaseConfig forbidden(DatabaseConfig config) override {
        config.password = "a 'wrong' password, \\ and spaces";
        return config;
    }

    DatabaseConfig impatient(DatabaseConfig config) override {
        config.options["lock_timeout"] = "200ms";
        return config;
    }

    DatabaseConfig respelt(DatabaseConfig config) override {
        if (config.host.starts_with('/')) {
            config.host += '/';
        }
        return config;
    }

    RunResult run_script(const DatabaseConfig& database,
                         const std::filesystem::path& script) const override {
        return run({"psql", "-X", "-q", "-h", database.host, "-p", std::to_string(database.port),
                    "-U", database.user, "-d", database.dbname, "-f", script.string()},
                   {{"PGPASSWORD", database.password}});
    }

    std::string option() const override { return "lock_timeout"; }

    std::string search(const std::string& table, const SearchIndex& index) const override {
        std::string document;
        for (const std::string& column : index.columns) {
            document += (document.empty() ? "" : " || ' ' || ") + ("coalesce(" + column) + ", '')";
        }
        return "SELECT " + index.key + " FROM " + table + " WHERE to_tsvector('simple', " +
               document + ") @@ plainto_tsquery('simple', ?)";
    }

    void tamper(const DatabaseConfig& database, const std::string& sql) override {
        server_.value().run(database.dbname, sql);
    }

private:
    // pg_terminate_backend only sends a signal: wait until the sessions are gone.
    void end_sessions(const DatabaseConfig& database, const std::string& which) const {
        const std::string those =
            " FROM pg_stat_activity WHERE datname = " + postgres_literal(database.dbname) +
            " AND pid <> pg_backend_pid() AND " + which;
        server_.value().run({}, "SELECT count(pg_terminate_backend(pid, 5000))" + those);
    }

    std::optional<PostgresServer> server_{PostgresServer::find()};
};

}  // namespace

std::unique_ptr<Backend> make_postgresql_backend() { return std::make_unique<PostgresqlBackend>(); }

}  // namespace enginebay::testing
