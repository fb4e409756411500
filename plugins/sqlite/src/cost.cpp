// SPDX-License-Identifier: BSL-1.0
// What operations cost on SQLite: one writer at a time, and copies of tables.
#include "dialect.hpp"
#include "migrator.hpp"
#include "native_handle.hpp"
#include "raw.hpp"
#include "rebuild.hpp"
#include "render_parts.hpp"

#include <algorithm>

namespace enginebay::sqlite {
namespace {

// Rows that refer to none must not have become more: the check of a table is how a shell stops.
constexpr const char* count_orphans =
    "CREATE TEMP TABLE enginebay_before AS\n"
    "SELECT count(*) AS orphans FROM pragma_foreign_key_check";
constexpr const char* compare_orphans =
    "CREATE TEMP TABLE enginebay_after (new_orphans INTEGER CHECK (new_orphans <= 0))";
constexpr const char* insert_orphans =
    "INSERT INTO temp.enginebay_after\n"
    "SELECT (SELECT count(*) FROM pragma_foreign_key_check) - orphans\n"
    "  FROM temp.enginebay_before";

}  // namespace

OperationCost SqliteMigrator::cost(const Operation& operation, const Schema& /*before*/) const {
    OperationCost cost;
    cost.locks = "every other writer waits until the revision has been committed; readers go on";
    if (std::string table = rebuilt_table(operation); !table.empty()) {
        cost.rewritten.push_back(std::move(table));
    } else if (const auto* index = std::get_if<CreateIndex>(&operation)) {
        cost.scanned.push_back(index->table);
    } else if (const auto* search = std::get_if<CreateSearchIndex>(&operation)) {
        cost.scanned.push_back(search->table);
    } else if (const auto* drop = std::get_if<DropColumn>(&operation)) {
        cost.rewritten.push_back(drop->table);
    }
    return cost;
}

std::int64_t SqliteMigrator::bytes_of(Connection& connection, const std::string& table) {
    // A table and its indexes are trees of their own; libraries without dbstat cannot tell.
    try {
        RawStatement size{native_handle(connection),
                          "SELECT coalesce(sum(pgsize), -1) FROM dbstat WHERE name IN "
                          "(SELECT name FROM sqlite_schema WHERE tbl_name = " +
                              quote_literal(table) + ")"};
        return size.step() ? size.integer(0) : -1;
    } catch (const Error& error) {
        if (error.code() != Errc::statement) {
            throw;
        }
        return -1;
    }
}

ScriptFrame SqliteMigrator::frame(std::span<const Operation> operations) const {
    const bool copies =
        std::any_of(operations.begin(), operations.end(),
                    [](const Operation& operation) { return !rebuilt_table(operation).empty(); });
    if (!copies) {
        return {{"BEGIN IMMEDIATE"}, {"COMMIT"}};
    }
    // Dropping the old table would delete what refers to it; the pragma works outside only.
    return {{"PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", count_orphans},
            {compare_orphans, insert_orphans, "DROP TABLE temp.enginebay_before",
             "DROP TABLE temp.enginebay_after", "COMMIT", "PRAGMA foreign_keys = ON"}};
}

std::vector<std::string> SqliteMigrator::script_head() const {
    return {".bail on", "PRAGMA foreign_keys = ON;"};
}

}  // namespace enginebay::sqlite
