// SPDX-License-Identifier: BSL-1.0
// Render: the DDL of tables, columns, indexes and search indexes; who writes the others.
#include "render.hpp"

#include "render_parts.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace enginebay::postgresql {
namespace {

using Statements = std::vector<std::string>;

struct Renderer {
    const Schema& before;

    Statements operator()(const CreateTable& operation) const {
        const Table& table = operation.table;
        Statements parts;
        for (const Column& column : table.columns) {
            parts.push_back(column_definition(column));
        }
        if (!table.primary_key.empty()) {
            parts.push_back("PRIMARY KEY (" + list_of(table.primary_key) + ")");
        }
        for (const UniqueConstraint& unique : table.uniques) {
            parts.push_back(named(unique.name) + "UNIQUE (" + list_of(unique.columns) + ")");
        }
        for (const CheckConstraint& check : table.checks) {
            parts.push_back(named(check.name) + "CHECK (" + check.expression + ")");
        }
        for (const ForeignKey& key : table.foreign_keys) {
            parts.push_back(foreign_key_definition(key));
        }
        std::string body;
        for (const std::string& part : parts) {
            body += (body.empty() ? "\n    " : ",\n    ") + part;
        }
        Statements statements{"CREATE TABLE " + quoted(table.name) + " (" + body + "\n)"};
        for (const Index& index : table.indexes) {
            statements.push_back(index_statement(table.name, index));
        }
        for (const SearchIndex& index : table.search_indexes) {
            statements.push_back(search_index_statement(table.name, index));
        }
        return statements;
    }
    Statements operator()(const DropTable& operation) const {
        return {"DROP TABLE " + quoted(operation.table)};
    }
    Statements operator()(const RenameTable& operation) const {
        return {"ALTER TABLE " + quoted(operation.from) + " RENAME TO " + quoted(operation.to)};
    }
    Statements operator()(const AddColumn& operation) const {
        return {"ALTER TABLE " + quoted(operation.table) + " ADD COLUMN " +
                column_definition(operation.column)};
    }
    Statements operator()(const DropColumn& operation) const {
        return {"ALTER TABLE " + quoted(operation.table) + " DROP COLUMN " +
                quoted(operation.column)};
    }
    Statements operator()(const RenameColumn& operation) const {
        return {"ALTER TABLE " + quoted(operation.table) + " RENAME COLUMN " +
                quoted(operation.from) + " TO " + quoted(operation.to)};
    }
    Statements operator()(const AlterColumn& operation) const {
        return render_alter_column(operation, before);
    }
    Statements operator()(const CreateIndex& operation) const {
        return {index_statement(operation.table, operation.index, operation.concurrently)};
    }
    Statements operator()(const DropIndex& operation) const {
        return {std::string{"DROP INDEX "} + (operation.concurrently ? "CONCURRENTLY " : "") +
                quoted(operation.index)};
    }
    Statements operator()(const CreateSearchIndex& operation) const {
        return {search_index_statement(operation.table, operation.index)};
    }
    Statements operator()(const DropSearchIndex& operation) const {
        return {"DROP INDEX " + quoted(operation.index)};
    }
    Statements operator()(const InsertRows& operation) const {
        return render_rows(operation, before);
    }
    Statements operator()(const UpdateRows& operation) const {
        return render_rows(operation, before);
    }
    Statements operator()(const DeleteRows& operation) const {
        return render_rows(operation, before);
    }
    Statements operator()(const Execute& operation) const {
        if (const auto own = operation.by_backend.find(backend_name);
            own != operation.by_backend.end()) {
            return own->second;
        }
        const bool skipped = std::find(operation.skip.begin(), operation.skip.end(),
                                       backend_name) != operation.skip.end();
        if (skipped || operation.by_backend.empty()) {
            return skipped ? Statements{} : operation.all;
        }
        throw Error{Errc::input,
                    fmt::format("execute: no statements for {}, and it is not named under "
                                "skip",
                                backend_name)};
    }
    Statements operator()(const Call& operation) const {
        throw Error{
            Errc::unsupported,
            fmt::format("the step '{}' is code of the program and has no SQL", operation.step)};
    }
    template <class Constraint>
    Statements operator()(const Constraint& operation) const {
        return render_constraint(operation);
    }
};

}  // namespace

const Table* find_table(const Schema& schema, const std::string& name) {
    const auto found = std::find_if(schema.tables.begin(), schema.tables.end(),
                                    [&](const Table& table) { return table.name == name; });
    return found == schema.tables.end() ? nullptr : &*found;
}

const Column* find_column(const Schema& schema, const std::string& table, const std::string& name) {
    const Table* owner = find_table(schema, table);
    if (owner == nullptr) {
        return nullptr;
    }
    const auto found = std::find_if(owner->columns.begin(), owner->columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == owner->columns.end() ? nullptr : &*found;
}

std::vector<std::string> render_operation(const Operation& operation, const Schema& before) {
    return std::visit(Renderer{before}, operation);
}

}  // namespace enginebay::postgresql
