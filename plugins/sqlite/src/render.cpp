// SPDX-License-Identifier: BSL-1.0
// The operations in SQLite's SQL: tables, indexes, statements by hand; who writes the others.
#include "render.hpp"

#include "rebuild.hpp"
#include "render_parts.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace enginebay::sqlite {
namespace {

using Statements = std::vector<std::string>;

void append(Statements& statements, Statements more) {
    std::move(more.begin(), more.end(), std::back_inserter(statements));
}

struct Renderer {
    const Schema& before;

    Statements operator()(const CreateTable& operation) const {
        const Table& table = operation.table;
        Statements statements{render_table(table)};
        for (const Index& index : table.indexes) {
            statements.push_back(render_index(table.name, index));
        }
        for (const SearchIndex& index : table.search_indexes) {
            append(statements, render_search_index(table.name, index));
        }
        return statements;
    }
    Statements operator()(const DropTable& operation) const {
        Statements statements{fmt::format("DROP TABLE {}", render_name(operation.table))};
        if (const Table* table = find_table(before, operation.table); table != nullptr) {
            // Its triggers go with the table; the full-text tables are tables of their own.
            for (const SearchIndex& index : table->search_indexes) {
                statements.push_back(fmt::format("DROP TABLE {}", render_name(index.name)));
            }
        }
        return statements;
    }
    Statements operator()(const RenameTable& operation) const {
        return render_rename_table(operation, before);
    }
    Statements operator()(const AddColumn& operation) const {
        return render_add_column(operation, before);
    }
    Statements operator()(const DropColumn& operation) const {
        return render_drop_column(operation);
    }
    Statements operator()(const RenameColumn& operation) const {
        return render_rename_column(operation, before);
    }
    Statements operator()(const CreateIndex& operation) const {
        return {render_index(operation.table, operation.index)};
    }
    Statements operator()(const DropIndex& operation) const {
        return {fmt::format("DROP INDEX {}", render_name(operation.index))};
    }
    Statements operator()(const CreateSearchIndex& operation) const {
        return render_search_index(operation.table, operation.index);
    }
    Statements operator()(const DropSearchIndex& operation) const {
        SearchIndex index{operation.index, {}, {}, {}};
        if (const Table* table = find_table(before, operation.table); table != nullptr) {
            const auto declared =
                std::find_if(table->search_indexes.begin(), table->search_indexes.end(),
                             [&](const SearchIndex& one) { return one.name == operation.index; });
            index = declared == table->search_indexes.end() ? index : *declared;
        }
        return render_drop_search_index(index);
    }
    Statements operator()(const Execute& operation) const {
        if (const auto own = operation.by_backend.find(backend_name);
            own != operation.by_backend.end()) {
            return own->second;
        }
        return operation.all;  // empty where this backend is meant to be skipped
    }
    Statements operator()(const InsertRows& operation) const { return render_rows(operation); }
    Statements operator()(const UpdateRows& operation) const { return render_rows(operation); }
    Statements operator()(const DeleteRows& operation) const { return render_rows(operation); }
    Statements operator()(const Call& operation) const {
        throw Error{
            Errc::unsupported,
            fmt::format("the step '{}' is code of the program and has no SQL", operation.step)};
    }
    /// Columns and constraints that ALTER TABLE does not change.
    template <class Other>
    Statements operator()(const Other& operation) const {
        return render_rebuild(operation, before);
    }
};

}  // namespace

const Table* find_table(const Schema& schema, const std::string& name) {
    const auto found = std::find_if(schema.tables.begin(), schema.tables.end(),
                                    [&](const Table& table) { return table.name == name; });
    return found == schema.tables.end() ? nullptr : &*found;
}

std::vector<std::string> render_operation(const Operation& operation, const Schema& before) {
    return std::visit(Renderer{before}, operation);
}

}  // namespace enginebay::sqlite
