// SPDX-License-Identifier: BSL-1.0
// Renders revisions.
#include "migration/statements.hpp"

#include "migration/read_operation.hpp"
#include "migration/replay.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <utility>

namespace enginebay::migration {
namespace {

[[noreturn]] void rethrow_at(const Revision& revision, std::size_t operation, const Error& cause) {
    const std::string place = place_of(revision, operation);
    Error error{cause.code(), place + ": " +
                                  std::string{operation_name(revision.upgrade[operation])} + ": " +
                                  cause.what()};
    error.where(place);
    throw error;
}

/// Statements for some backends are no statements for the others unless the file says so.
void require_entry(const Operation& operation, const std::string& backend) {
    const auto* execute = std::get_if<Execute>(&operation);
    if (execute == nullptr || execute->by_backend.empty() ||
        execute->by_backend.contains(backend) ||
        std::ranges::find(execute->skip, backend) != execute->skip.end()) {
        return;
    }
    throw Error{Errc::input, "there are no statements for the backend '" + backend +
                                 "'; give it some, or name it under skip"};
}

/// Renders one revision and moves `schema` behind it.
void add_statements(std::vector<Statement>& statements, const Revision& revision, Schema& schema,
                    const Migrator& migrator, const std::string& backend) {
    for (std::size_t i = 0; i < revision.upgrade.size(); ++i) {
        try {
            require_entry(revision.upgrade[i], backend);
            for (std::string& sql : migrator.render(revision.upgrade[i], schema)) {
                statements.push_back({&revision, i, std::move(sql)});
            }
            apply(schema, revision.upgrade[i]);
        } catch (const Error& error) {
            rethrow_at(revision, i, error);
        }
    }
}

}  // namespace

bool runs_on(const Revision& revision, const std::string& backend) {
    return revision.backends.empty() ||
           std::ranges::find(revision.backends, backend) != revision.backends.end();
}

std::vector<Statement> statements_of(const std::vector<const Revision*>& revisions, Schema before,
                                     const Migrator& migrator, const std::string& backend) {
    std::vector<Statement> statements;
    for (const Revision* revision : revisions) {
        if (runs_on(*revision, backend)) {
            add_statements(statements, *revision, before, migrator, backend);
        }
    }
    return statements;
}

std::vector<std::string> texts(std::vector<Statement> statements) {
    std::vector<std::string> result;
    result.reserve(statements.size());
    for (Statement& statement : statements) {
        result.push_back(std::move(statement.sql));
    }
    return result;
}

}  // namespace enginebay::migration
