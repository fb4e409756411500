// SPDX-License-Identifier: BSL-1.0
// Renders revisions.
#include "migration/statements.hpp"

#include "migration/read_operation.hpp"
#include "migration/replay.hpp"
#include "migration/settle.hpp"
#include "schema/check_table.hpp"
#include "schema/names.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace enginebay::migration {
namespace {

[[noreturn]] void rethrow_at(const Revision& revision, std::size_t operation, Way way,
                             const Error& cause) {
    const std::string place = place_of(revision, operation, way);
    Error error{cause.code(),
                place + ": " +
                    std::string{operation_name(operations_of(revision, way)[operation])} + ": " +
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

/// Whether each value of one type is plainly one of the other, or is refused by the database.
bool converts_plainly(ColumnType from, ColumnType to) {
    using enum ColumnType;
    switch (to) {
        case text:
            return from != real && from != blob && from != boolean;
        case integer:
            return from == identity || from == boolean || from == text;
        case real:
            return from == integer || from == text;
        case identity:
        case boolean:
            return from == integer;
        case timestamp:
        case json:
        case uuid:
            return from == text;
        case blob:
            break;
    }
    return false;
}

/// A type that changes needs words where backends would guess differently.
void require_conversion(const Operation& operation, const Schema& schema,
                        const std::string& backend) {
    const auto* alter = std::get_if<AlterColumn>(&operation);
    if (alter == nullptr || alter->using_.contains(backend)) {
        return;
    }
    const Table* table = schema::find_table(schema, alter->table);
    const Column* column =
        table == nullptr ? nullptr : schema::find_column(*table, alter->column.name);
    if (column == nullptr || column->type == alter->column.type ||
        converts_plainly(column->type, alter->column.type)) {
        return;
    }
    throw Error{Errc::input, "a value of type " + std::string{schema::name_of(column->type)} +
                                 " is not plainly one of type " +
                                 std::string{schema::name_of(alter->column.type)} +
                                 "; say how under using, for the backend '" + backend + "'"};
}

/// Renders one revision and moves `schema` behind it.
void add_statements(std::vector<Statement>& statements, const Revision& revision, Way way,
                    Schema& schema, const Migrator& migrator, const std::string& backend) {
    const std::vector<Operation>& operations = operations_of(revision, way);
    for (std::size_t i = 0; i < operations.size(); ++i) {
        try {
            require_entry(operations[i], backend);
            require_conversion(operations[i], schema, backend);
            if (const auto* call = std::get_if<Call>(&operations[i])) {
                statements.push_back({&revision, i, {}, call->step, way});
                continue;
            }
            for (std::string& sql : migrator.render(settled(operations[i], schema), schema)) {
                statements.push_back({&revision, i, std::move(sql), {}, way});
            }
            apply(schema, operations[i]);
        } catch (const Error& error) {
            rethrow_at(revision, i, way, error);
        }
    }
}

/// The operations as they can run in any transaction.
std::vector<Operation> transactional(const Revision& revision) {
    std::vector<Operation> result;
    for (Operation operation : revision.upgrade) {
        if (auto* create = std::get_if<CreateIndex>(&operation)) {
            create->concurrently = false;
        } else if (auto* drop = std::get_if<DropIndex>(&operation)) {
            drop->concurrently = false;
        }
        const auto* execute = std::get_if<Execute>(&operation);
        if (execute != nullptr && !revision.transactional) {
            std::ranges::transform(execute->effect, std::back_inserter(result), as_operation);
        } else if (!std::holds_alternative<Call>(operation)) {
            result.push_back(std::move(operation));
        }
    }
    return result;
}

}  // namespace

bool runs_on(const Revision& revision, const std::string& backend) {
    return revision.backends.empty() ||
           std::ranges::find(revision.backends, backend) != revision.backends.end();
}

std::span<const Operation> operations_on(const Revision* revision, const std::string& backend,
                                         Way way) {
    if (revision == nullptr || !runs_on(*revision, backend)) {
        return {};
    }
    return operations_of(*revision, way);
}

bool only_makes_structure(const Revision& revision, const std::string& backend) {
    return !runs_on(revision, backend) ||
           (revision.transactional &&
            std::ranges::all_of(revision.upgrade, [](const Operation& operation) {
                return as_effect(operation).has_value();
            }));
}

std::vector<Statement> statements_of(const std::vector<const Revision*>& revisions, Schema before,
                                     const Migrator& migrator, const std::string& backend,
                                     Way way) {
    std::vector<Statement> statements;
    for (const Revision* revision : revisions) {
        if (runs_on(*revision, backend)) {
            add_statements(statements, *revision, way, before, migrator, backend);
        }
    }
    return statements;
}

std::vector<std::string> structure_of(const std::vector<const Revision*>& revisions,
                                      const Migrator& migrator, const std::string& backend) {
    std::vector<Revision> copies;
    copies.reserve(revisions.size());
    std::vector<const Revision*> plain;
    for (const Revision* revision : revisions) {
        copies.push_back(*revision);
        copies.back().upgrade = transactional(*revision);
        plain.push_back(&copies.back());
    }
    return texts(statements_of(plain, {}, migrator, backend));
}

std::vector<std::string> texts(std::vector<Statement> statements) {
    std::vector<std::string> result;
    result.reserve(statements.size());
    for (Statement& statement : statements) {
        if (!statement.call.empty()) {
            throw Error{Errc::unsupported,
                        place_of(*statement.revision, statement.operation, statement.way) +
                            ": the step '" + statement.call +
                            "' is code of the program and has no SQL"};
        }
        result.push_back(std::move(statement.sql));
    }
    return result;
}

}  // namespace enginebay::migration
