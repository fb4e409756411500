// SPDX-License-Identifier: BSL-1.0
// Changes that the library's own ALTER TABLE makes.
#include "rebuild.hpp"
#include "render.hpp"
#include "render_parts.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <iterator>

namespace enginebay::sqlite {
namespace {

using Statements = std::vector<std::string>;

void append(Statements& statements, Statements more) {
    std::move(more.begin(), more.end(), std::back_inserter(statements));
}

bool uses(const SearchIndex& index, const std::string& column) {
    return index.key == column ||
           std::find(index.columns.begin(), index.columns.end(), column) != index.columns.end();
}

std::string rename_to(const std::string& from, const std::string& to) {
    return fmt::format("ALTER TABLE {} RENAME TO {}", render_name(from), render_name(to));
}

}  // namespace

Statements render_rename_table(const RenameTable& operation, const Schema& before) {
    // A full-text table finds its rows by the table's name: it is made anew.
    const Table* table = find_table(before, operation.from);
    const std::vector<SearchIndex> searches =
        table == nullptr ? std::vector<SearchIndex>{} : table->search_indexes;
    Statements statements;
    for (const SearchIndex& index : searches) {
        append(statements, render_drop_search_index(index));
    }
    std::string from = operation.from;
    if (sqlite3_stricmp(from.c_str(), operation.to.c_str()) == 0) {
        // SQLite takes the new name for that of another table.
        std::string between = std::string{copy_prefix} + operation.to;
        statements.push_back(rename_to(from, between));
        from = std::move(between);
    }
    statements.push_back(rename_to(from, operation.to));
    for (const SearchIndex& index : searches) {
        append(statements, render_search_index(operation.to, index));
    }
    return statements;
}

Statements render_rename_column(const RenameColumn& operation, const Schema& before) {
    std::vector<SearchIndex> searches;  // those that name the column
    if (const Table* table = find_table(before, operation.table); table != nullptr) {
        std::copy_if(table->search_indexes.begin(), table->search_indexes.end(),
                     std::back_inserter(searches),
                     [&](const SearchIndex& index) { return uses(index, operation.from); });
    }
    Statements statements;
    for (const SearchIndex& index : searches) {
        append(statements, render_drop_search_index(index));
    }
    statements.push_back(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}",
                                     render_name(operation.table), render_name(operation.from),
                                     render_name(operation.to)));
    for (SearchIndex& index : searches) {
        std::replace(index.columns.begin(), index.columns.end(), operation.from, operation.to);
        index.key = index.key == operation.from ? operation.to : index.key;
        append(statements, render_search_index(operation.table, index));
    }
    return statements;
}

Statements render_add_column(const AddColumn& operation, const Schema& before) {
    if (operation.column.type == ColumnType::identity) {
        throw Error{Errc::unsupported,
                    fmt::format("column {}.{}: SQLite cannot add an identity column to a table; "
                                "create the table with it",
                                operation.table, operation.column.name)};
    }
    if (!rebuilt_table(operation).empty()) {
        return render_rebuild(operation, before);
    }
    return {fmt::format("ALTER TABLE {} ADD COLUMN {}", render_name(operation.table),
                        render_column(operation.column, false))};
}

Statements render_drop_column(const DropColumn& operation) {
    return {fmt::format("ALTER TABLE {} DROP COLUMN {}", render_name(operation.table),
                        render_name(operation.column))};
}

}  // namespace enginebay::sqlite
