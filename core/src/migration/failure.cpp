// SPDX-License-Identifier: BSL-1.0
// Words for failed migrations.
#include "migration/failure.hpp"

#include "migration/replay.hpp"

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

std::string standing(const Error& cause, const Revision& revision) {
    if (cause.code() == Errc::in_doubt) {
        return "It is not known whether the revision was committed: `status` tells once the "
               "database answers again.";
    }
    return "The database is as it was before revision '" + revision.id + "'.";
}

Error failure(const Revision& revision, const std::string& message, const Error& cause,
              std::string place) {
    Error error{code_of(cause), message + ": " + cause.what() + "\n" + standing(cause, revision)};
    error.native(cause.native_code()).sqlstate(cause.sqlstate()).object(cause.object());
    error.where(std::move(place));
    return error;
}

}  // namespace

Error statement_failure(const Statement& statement, std::size_t number, std::size_t count,
                        const Error& cause) {
    std::string place = place_of(*statement.revision, statement.operation, statement.way);
    Error error =
        failure(*statement.revision,
                place + ": revision '" + statement.revision->id + "' failed at statement " +
                    std::to_string(number) + " of " + std::to_string(count) + ":\n" +
                    (statement.call.empty() ? statement.sql : "call " + statement.call) + "\n",
                cause, place);
    error.sql(statement.sql);
    return error;
}

Error revision_failure(const Revision& revision, const std::string& during, const Error& cause) {
    return failure(revision, "revision '" + revision.id + "' failed while " + during, cause,
                   revision.file);
}

}  // namespace enginebay::migration
