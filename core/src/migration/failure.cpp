// SPDX-License-Identifier: BSL-1.0
// Words for failed migrations.
#include "migration/failure.hpp"

#include "migration/replay.hpp"
#include "migration/turn.hpp"

#include <utility>

namespace enginebay::migration {
namespace {

/// What the caller does next decides: some failures are not the migration's own.
Errc code_of(const Error& cause) {
    switch (cause.code()) {
        case Errc::permission:
        case Errc::read_only:
        case Errc::unreachable:
        case Errc::corrupt:
        case Errc::io:
        case Errc::connection_lost:
        case Errc::cancelled:
        case Errc::in_doubt:
        case Errc::unsupported:
        case Errc::internal:
            return cause.code();
        default:
            return Errc::migration_failed;
    }
}

std::string standing(const Error& cause, const Revision& revision, Way way) {
    if (cause.code() == Errc::in_doubt) {
        return "It is not known whether the revision was committed: `status` tells once the "
               "database answers again.";
    }
    return way == Way::up ? "The database is as it was before revision '" + revision.id + "'."
                          : "The database is still at revision '" + revision.id + "'.";
}

/// As much of a statement as a person looks at; Error::sql() has all of it.
std::string shown(const std::string& sql) {
    constexpr std::size_t most = 4000;
    if (sql.size() <= most) {
        return sql;
    }
    std::size_t end = most;
    while (end > 0 && (static_cast<unsigned char>(sql[end]) & 0xc0U) == 0x80U) {
        --end;  // never in the midst of a character
    }
    return sql.substr(0, end) + "... (" + std::to_string(sql.size()) + " bytes)";
}

Error failure(const std::string& message, const Error& cause, const std::string& stands,
              std::string place) {
    Error error{code_of(cause), message + ": " + cause.what() + "\n" + stands};
    error.native(cause.native_code()).sqlstate(cause.sqlstate()).object(cause.object());
    error.where(std::move(place));
    return error;
}

Error of_statement(const Statement& statement, std::size_t number, std::size_t count,
                   const Error& cause, const std::string& stands) {
    std::string place = place_of(*statement.revision, statement.operation, statement.way);
    const std::string text = statement.call.empty() ? statement.sql : "call " + statement.call;
    Error error = failure(place + ": revision '" + statement.revision->id +
                              "' failed at statement " + std::to_string(number) + " of " +
                              std::to_string(count) + ":\n" + shown(text) + "\n",
                          cause, stands, place);
    error.sql(text);
    return error;
}

}  // namespace

Error statement_failure(const Statement& statement, std::size_t number, std::size_t count,
                        const Error& cause, const Revision& first) {
    return of_statement(statement, number, count, cause, standing(cause, first, statement.way));
}

Error stepwise_failure(const Statement& statement, std::size_t number, std::size_t count,
                       const Error& cause) {
    return of_statement(
        statement, number, count, cause,
        (number == 1 ? "No statement of revision '"
                     : "Statements 1 to " + std::to_string(number - 1) + " of revision '") +
            statement.revision->id + (number == 1 ? "' is done yet." : "' are done and kept.") +
            " Mend the reason and run the same command again: "
            "it goes on from here.");
}

Error revision_failure(const Revision& revision, Way way, const std::string& during,
                       const Error& cause) {
    return failure("revision '" + revision.id + "' failed while " + during, cause,
                   standing(cause, revision, way), revision.file);
}

void rethrow(const Error& error, const Revision& revision, Way way, const std::string& during) {
    if (is_passing(error)) {
        throw error;
    }
    throw revision_failure(revision, way, during, error);
}

}  // namespace enginebay::migration
