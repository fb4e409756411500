// SPDX-License-Identifier: BSL-1.0
// Native errors to codes, by SQLSTATE first: texts depend on the server's language.
#include "error_map.hpp"

#include "placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

namespace enginebay::postgresql {
namespace {

struct Rule {
    std::string_view state;  // a whole SQLSTATE, or its class of two characters
    Errc code;
};

// The first rule that fits decides: whole states stand before their class.
constexpr std::array rules{
    Rule{"23505", Errc::unique_violation},
    Rule{"23503", Errc::foreign_key_violation},
    Rule{"23001", Errc::foreign_key_violation},
    Rule{"23502", Errc::not_null_violation},
    Rule{"23", Errc::check_violation},
    Rule{"40003", Errc::in_doubt},
    Rule{"40", Errc::serialization},
    Rule{"55P03", Errc::busy},
    Rule{"55006", Errc::busy},
    Rule{"57014", Errc::cancelled},
    Rule{"57P", Errc::connection_lost},
    Rule{"25006", Errc::read_only},
    Rule{"25P02", Errc::transaction_aborted},
    Rule{"25P03", Errc::connection_lost},
    Rule{"25P04", Errc::timeout},
    Rule{"25001", Errc::usage},
    Rule{"42501", Errc::permission},
    Rule{"28", Errc::permission},
    Rule{"26000", Errc::stale_plan},
    Rule{"22", Errc::value},
    Rule{"08P01", Errc::usage},
    Rule{"08007", Errc::in_doubt},
    Rule{"08", Errc::connection_lost},
    Rule{"53300", Errc::busy},
    Rule{"53200", Errc::busy},
    Rule{"53", Errc::io},
    Rule{"58", Errc::io},
    Rule{"XX001", Errc::corrupt},
    Rule{"XX002", Errc::corrupt},
    Rule{"XXA00", Errc::in_doubt},
};

std::string_view field(const PGresult* result, int code) noexcept {
    const char* text = result != nullptr ? PQresultErrorField(result, code) : nullptr;
    return text != nullptr ? std::string_view{text} : std::string_view{};
}

bool contains(std::string_view text, std::string_view needle) noexcept {
    return text.find(needle) != std::string_view::npos;
}

/// DETAIL of classes 22 and 23 repeats the row's values: those do not belong into a log.
std::string reason_of(const PGresult* result, std::string_view state) {
    std::string reason = one_line(field(result, PG_DIAG_MESSAGE_PRIMARY));
    const std::string_view detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    if (!detail.empty() && !state.starts_with("22") && !state.starts_with("23")) {
        reason += "; " + one_line(detail);
    }
    const std::string_view hint = field(result, PG_DIAG_MESSAGE_HINT);
    if (!hint.empty()) {
        reason += " (" + one_line(hint) + ")";
    }
    return reason;
}

std::string object_of(const PGresult* result) {
    for (const char code : {PG_DIAG_CONSTRAINT_NAME, PG_DIAG_COLUMN_NAME, PG_DIAG_TABLE_NAME}) {
        const std::string_view name = field(result, static_cast<unsigned char>(code));
        if (!name.empty()) {
            return std::string{name};
        }
    }
    return {};
}

/// "FATAL:  28P01: password authentication failed": the five characters, where they are there.
std::optional<std::string_view> state_in(std::string_view text) {
    const auto is_state = [](std::string_view five) {
        return std::all_of(five.begin(), five.end(), [](char c) {
            return std::isdigit(static_cast<unsigned char>(c)) != 0 || (c >= 'A' && c <= 'Z');
        });
    };
    for (std::size_t at = text.find(":  "); at != std::string_view::npos;
         at = text.find(":  ", at + 1)) {
        const std::string_view rest = text.substr(at + 3);
        if (rest.size() > 6 && is_state(rest.substr(0, 5)) && rest[5] == ':') {
            return rest.substr(0, 5);
        }
    }
    return std::nullopt;
}

/// libpq's own texts, where no server answered.
Errc code_of_client_text(std::string_view text) noexcept {
    for (const std::string_view sign : {"no password supplied", "password authentication"}) {
        if (contains(text, sign)) {
            return Errc::permission;
        }
    }
    for (const std::string_view sign :
         {"invalid sslmode", "root certificate file", "certificate verify failed",
          "does not match host name", "server does not support SSL", "invalid connection option",
          "invalid target_session_attrs", "could not read root certificate", "invalid port number",
          "invalid integer value"}) {
        if (contains(text, sign)) {
            return Errc::configuration;
        }
    }
    if (contains(text, "session is read-only") || contains(text, "server is in hot standby mode")) {
        return Errc::read_only;
    }
    return Errc::unreachable;
}

Errc code_of_connect(std::string_view state) noexcept {
    if (state == "53300") {
        return Errc::busy;
    }
    if (state.starts_with("28") || state == "42501") {
        return Errc::permission;
    }
    if (state.starts_with("22") || state.starts_with("42") || state == "0A000") {
        return Errc::configuration;  // a start-up option the server does not take
    }
    return Errc::unreachable;
}

std::string_view next_step(Errc code) noexcept {
    switch (code) {
        case Errc::permission:
            return "check user and password, and the server's pg_hba.conf";
        case Errc::configuration:
            return "mend the configuration";
        case Errc::busy:
            return "the server has no connection left; try again later";
        case Errc::read_only:
            return "name the primary server";
        default:
            return "check that the server runs there and that the database exists";
    }
}

}  // namespace

Errc code_of(std::string_view sqlstate) noexcept {
    for (const Rule& rule : rules) {
        if (sqlstate.starts_with(rule.state)) {
            return rule.code;
        }
    }
    return Errc::statement;
}

std::string one_line(std::string_view text) {
    std::string line;
    for (const char c : text) {
        const bool space = std::isspace(static_cast<unsigned char>(c)) != 0;
        if (!space) {
            line += c;
        } else if (!line.empty() && line.back() != ' ') {
            line += ' ';
        }
    }
    while (!line.empty() && line.back() == ' ') {
        line.pop_back();
    }
    return line;
}

std::string_view sqlstate_of(const PGresult* result) noexcept {
    return field(result, PG_DIAG_SQLSTATE);
}

bool is_lost(PGconn* handle, const PGresult* result) noexcept {
    const bool silent = PQresultStatus(result) == PGRES_FATAL_ERROR && sqlstate_of(result).empty();
    for (int look = 0; silent && look < 3 && PQstatus(handle) == CONNECTION_OK; ++look) {
        if (PQconsumeInput(handle) == 0) {
            return true;
        }
    }
    return PQstatus(handle) == CONNECTION_BAD;
}

bool is_stale_plan(const PGresult* result) noexcept {
    const std::string_view state = sqlstate_of(result);
    // The function's name, because the message is in the server's language.
    return state == "26000" ||
           (state == "0A000" && field(result, PG_DIAG_SOURCE_FUNCTION) == "RevalidateCachedQuery");
}

Error result_error(PGconn* handle, const PGresult* result, std::string_view doing,
                   std::string_view sql) {
    const std::string_view state = sqlstate_of(result);
    if (is_lost(handle, result)) {
        Error error = lost_error(handle, doing, sql);
        error.sqlstate(std::string{state});
        return error;
    }
    if (state.empty()) {
        Error error{Errc::internal, fmt::format("{} `{}`: {}", doing, abbreviated(sql),
                                                one_line(PQerrorMessage(handle)))};
        return error.sql(sql);
    }
    Errc code = is_stale_plan(result) ? Errc::stale_plan : code_of(state);
    if (state == "57014" && contains(field(result, PG_DIAG_MESSAGE_PRIMARY), "timeout")) {
        code = Errc::timeout;
    }
    Error error{code, fmt::format("{} `{}`: {} (SQLSTATE {})", doing, abbreviated(sql),
                                  reason_of(result, state), state)};
    return error.sqlstate(std::string{state}).sql(sql).object(object_of(result));
}

Error lost_error(PGconn* handle, std::string_view doing, std::string_view sql) {
    Error error{Errc::connection_lost,
                fmt::format("{} `{}`: the connection to the server is gone ({}); connect again and "
                            "run the transaction again",
                            doing, abbreviated(sql), one_line(PQerrorMessage(handle)))};
    return error.sql(sql);
}

Error connect_error(std::string_view where, std::string_view text) {
    const std::optional<std::string_view> state = state_in(text);
    const Errc code = state ? code_of_connect(*state) : code_of_client_text(text);
    // What follows LOCATION is the server's source file, no help to anybody here.
    const std::string reason = one_line(text.substr(0, text.find("\nLOCATION:")));
    Error error{code, fmt::format("cannot connect to {}: {}; next step: {}", where, reason,
                                  next_step(code))};
    return error.sqlstate(std::string{state.value_or("")});
}

}  // namespace enginebay::postgresql
