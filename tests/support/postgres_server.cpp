// SPDX-License-Identifier: BSL-1.0
// PostgresServer on libpq.
#include "support/postgres_server.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>

namespace enginebay::testing {
namespace {

using Handle = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using Result = std::unique_ptr<PGresult, void (*)(PGresult*)>;
using Facts = std::map<std::string, std::string>;

std::uint16_t port_of(const std::string& text) {
    return text.empty() ? std::uint16_t{0} : static_cast<std::uint16_t>(std::stoul(text));
}

Facts read_facts(const std::string& file) {
    Facts facts;
    std::ifstream stream{file};
    for (std::string line; std::getline(stream, line);) {
        if (const std::size_t equals = line.find('='); equals != std::string::npos) {
            facts[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
    return facts;
}

Facts parse_conninfo(const std::string& text) {
    char* message = nullptr;
    const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options{
        PQconninfoParse(text.c_str(), &message), PQconninfoFree};
    if (!options) {
        const std::string why = message != nullptr ? message : "out of memory";
        PQfreemem(message);
        throw std::runtime_error("ENGINEBAY_TEST_POSTGRES: " + why);
    }
    Facts facts;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) {
            facts[option->keyword] = option->val;
        }
    }
    return facts;
}

Handle open(const PostgresAccess& access, const std::string& database) {
    const std::string port = std::to_string(access.port);
    const std::array<const char*, 7> keys{
        "host", "port", "user", "password", "dbname", "connect_timeout", nullptr};
    const std::array<const char*, 7> values{access.host.c_str(),
                                            access.port == 0 ? nullptr : port.c_str(),
                                            access.user.c_str(),
                                            access.password.c_str(),
                                            database.c_str(),
                                            "10",
                                            nullptr};
    Handle handle{PQconnectdbParams(keys.data(), values.data(), 0), PQfinish};
    if (PQstatus(handle.get()) != CONNECTION_OK) {
        throw std::runtime_error("the tests' PostgreSQL server: " +
                                 std::string{PQerrorMessage(handle.get())});
    }
    return handle;
}

std::string random_name() {
    std::random_device device;
    std::array<char, 64> name{};
    std::snprintf(name.data(), name.size(), "test_%d_%08x%08x", ::getpid(), device(), device());
    return name.data();
}

}  // namespace

std::string postgres_literal(const std::string& text) {
    std::string result = "'";
    for (const char c : text) {
        result += c;
        if (c == '\'') {
            result += c;
        }
    }
    return result + "'";
}

std::optional<PostgresServer> PostgresServer::find() {
    PostgresServer server;
    if (const char* named = std::getenv("ENGINEBAY_TEST_POSTGRES");
        named != nullptr && *named != '\0') {
        Facts facts = parse_conninfo(named);
        server.user_ = {facts["host"], port_of(facts["port"]), facts["user"], facts["password"]};
        server.administrator_ = server.user_;
        if (!facts["dbname"].empty()) {
            server.administrator_database_ = facts["dbname"];
        }
        server.connect();
        server.make_user();
        return server;
    }
    const char* file = std::getenv("ENGINEBAY_TEST_POSTGRES_ENV");
    Facts facts = file != nullptr ? read_facts(file) : Facts{};
    if (facts["HOST"].empty()) {
        return std::nullopt;
    }
    const std::uint16_t port = port_of(facts["PORT"]);
    server.user_ = {facts["HOST"], port, facts["USER"], facts["PASSWORD"]};
    server.administrator_ = {facts["HOST"], port, facts["SUPERUSER"], facts["SUPERPASSWORD"]};
    server.connect();
    return server;
}

void PostgresServer::connect() {
    Handle handle = open(administrator_, administrator_database_);
    administration_ = {handle.release(), [](void* kept) { PQfinish(static_cast<PGconn*>(kept)); }};
}

std::string PostgresServer::run(const std::string& database, const std::string& sql) const {
    auto* handle = static_cast<PGconn*>(administration_.get());
    Handle own{nullptr, PQfinish};
    if (!database.empty() || handle == nullptr || PQstatus(handle) != CONNECTION_OK) {
        own = open(administrator_, database.empty() ? administrator_database_ : database);
        handle = own.get();
    }
    const Result result{PQexec(handle, sql.c_str()), PQclear};
    const ExecStatusType status = PQresultStatus(result.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        throw std::runtime_error(PQerrorMessage(handle) + sql);
    }
    const bool cell = PQntuples(result.get()) > 0 && PQnfields(result.get()) > 0;
    return cell ? PQgetvalue(result.get(), 0, 0) : "";
}

void PostgresServer::make_user() {
    if (run({}, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") != "t") {
        return;
    }
    user_.user = random_name();
    user_.password = random_name();
    run({}, "CREATE ROLE " + user_.user + " LOGIN CREATEDB PASSWORD '" + user_.password + "'");
    made_user_ = {nullptr, [server = *this](void*) {
                      try {
                          server.run({}, "DROP ROLE " + server.user_.user);
                      } catch (const std::exception& problem) {
                          std::fprintf(stderr, "a test's role stays: %s\n", problem.what());
                      }
                  }};
}

std::string PostgresServer::create_database() const {
    const std::string name = random_name();
    run({}, "CREATE DATABASE " + name + " OWNER \"" + user_.user + "\"");
    return name;
}

void PostgresServer::drop_database(const std::string& name) const noexcept {
    try {
        run({}, "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "a test's database stays: %s\n", problem.what());
    }
}

}  // namespace enginebay::testing
