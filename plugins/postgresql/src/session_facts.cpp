// SPDX-License-Identifier: BSL-1.0
// SessionFacts: reading back what was really reached.
#include "session_facts.hpp"

#include "error_map.hpp"

#include <enginebay/options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace enginebay::postgresql {
namespace {

/// "ISO, YMD" and "iso,ymd" are one setting; "10s" and "10000" are, too.
std::string comparable(std::string_view value) {
    if (const auto duration = parse_duration(value)) {
        return std::to_string(duration->count());
    }
    std::string text;
    for (const char c : value) {
        if (c != ' ' && c != '"') {
            text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
    }
    return text;
}

std::string statement_for(const std::vector<SessionSetting>& wanted) {
    std::string sql =
        "SELECT current_database(), session_user, coalesce(current_schema(), ''), "
        "current_setting('server_version'), pg_is_in_recovery(), pg_backend_pid()";
    for (const SessionSetting& setting : wanted) {
        sql += fmt::format(", current_setting('{}')", setting.name);
    }
    return sql;
}

void require_equal(const DatabaseConfig& config, std::string_view what, std::string_view asked,
                   std::string_view got) {
    if (!asked.empty() && asked != got) {
        throw refused_value(config, what,
                            fmt::format("asked for '{}' but reached '{}'; check the configuration "
                                        "and libpq's environment variables",
                                        asked, got));
    }
}

bool in_list(std::string_view list, std::string_view item) {
    return ("," + std::string{list} + ",").find("," + std::string{item} + ",") != std::string::npos;
}

void require_tls(PGconn* handle, const DatabaseConfig& config, const Options& options) {
    const bool wanted = options.sslmode == "require" || options.sslmode.starts_with("verify-");
    const std::string_view host = PQhost(handle) != nullptr ? PQhost(handle) : "";
    if (wanted && !host.starts_with('/') && PQsslInUse(handle) == 0) {
        throw refused_value(config, "options.sslmode",
                            fmt::format("{} was asked for, but the connection to {} is not "
                                        "encrypted",
                                        options.sslmode, host));
    }
}

void require_settings(const SessionFacts& facts) {
    for (std::size_t i = 0; i < facts.requested.size(); ++i) {
        const SessionSetting& asked = facts.requested[i];
        const SessionSetting& got = facts.settings[i];
        if (comparable(asked.value) != comparable(got.value)) {
            throw Error{Errc::configuration,
                        fmt::format("the session's {} was set to '{}' but is '{}'; something "
                                    "between here and the server changes start-up options",
                                    asked.name, asked.value, got.value)};
        }
    }
}

}  // namespace

SessionFacts read_session(PGconn* handle, const std::vector<SessionSetting>& wanted) {
    const std::string sql = statement_for(wanted);
    const Result result{PQexec(handle, sql.c_str())};
    if (!succeeded(result) || PQntuples(result.get()) != 1) {
        throw result_error(handle, result.get(), "reading the session back", sql);
    }
    const auto column = [&result](int i) { return std::string{cell(result, 0, i)}; };
    SessionFacts facts;
    facts.database = column(0);
    facts.user = column(1);
    facts.schema = column(2);
    facts.server_version = column(3).substr(0, column(3).find(' '));
    facts.standby = column(4) == "t";
    facts.pooled = column(5) != std::to_string(PQbackendPID(handle));
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        facts.settings.push_back({wanted[i].name, column(6 + static_cast<int>(i))});
    }
    facts.requested = wanted;
    return facts;
}

void require_as_asked(PGconn* handle, const SessionFacts& facts, const DatabaseConfig& config,
                      const Options& options, Access access) {
    if (!in_list(config.host, PQhost(handle))) {
        require_equal(config, "host", config.host, PQhost(handle));
    }
    require_equal(config, "port", config.port == 0 ? "" : std::to_string(config.port),
                  PQport(handle));
    // A pooler may give a database another name than the server knows it by.
    require_equal(config, "dbname", config.dbname, facts.pooled ? PQdb(handle) : facts.database);
    require_equal(config, "user", config.user, facts.pooled ? PQuser(handle) : facts.user);
    require_tls(handle, config, options);
    if (facts.pooled && options.pooler == Pooler::none) {
        throw refused_value(config, "options.pooler",
                            "none was asked for, but a pooler is between here and the server; "
                            "connect directly, or use pooler: auto");
    }
    if (!facts.pooled) {
        require_settings(facts);
        if (!options.schema.empty() && facts.schema != options.schema) {
            throw refused_value(
                config, "options.schema",
                fmt::format("there is no schema '{}' that {} may use in {}; create it first: "
                            "CREATE SCHEMA \"{}\"",
                            options.schema, facts.user, facts.database, options.schema));
        }
    }
    if (facts.standby && access != Access::read_only && options.target_session_attrs.empty()) {
        throw Error{
            Errc::read_only,
            fmt::format("{} is a standby, where nothing can be written; name the primary, or "
                        "set database.options.target_session_attrs",
                        location_of(config))};
    }
}

}  // namespace enginebay::postgresql
