// SPDX-License-Identifier: BSL-1.0
// Looks for orphans with portable SQL.
#include "migration/orphans.hpp"

#include <enginebay/timestamp.hpp>

#include <cstddef>
#include <cstdint>

namespace enginebay::migration {
namespace {

constexpr std::int64_t most_named = 10;

std::string text_of(const ValueView& cell) {
    switch (cell.kind()) {
        case Kind::text:
            return std::string{cell.as_text()};
        case Kind::integer:
            return std::to_string(cell.as_integer());
        default:
            return "?";
    }
}

/// The rows of `table` whose key values are all given and that no row of the other table has.
std::string query_of(const Dialect& dialect, const Table& table, const ForeignKey& key) {
    std::string columns;
    for (const std::string& column : table.primary_key) {
        columns += (columns.empty() ? "c." : ", c.") + dialect.quote(column);
    }
    std::string given;
    std::string same;
    for (std::size_t i = 0; i < key.columns.size(); ++i) {
        const std::string own = "c." + dialect.quote(key.columns[i]);
        given += own + " IS NOT NULL AND ";
        same += (i == 0 ? "p." : " AND p.") + dialect.quote(key.referenced[i]) + " = " + own;
    }
    return "SELECT " + columns + " FROM " + dialect.quote(table.name) + " c WHERE " + given +
           "NOT EXISTS (SELECT 1 FROM " + dialect.quote(key.table) + " p WHERE " + same +
           ") ORDER BY " + columns;
}

std::string describe(Connection& connection, const Dialect& dialect, const Table& table,
                     const ForeignKey& key) {
    Cursor& cursor = connection.query(query_of(dialect, table, key), {});
    std::int64_t count = 0;
    std::string named;
    while (const ValueView* cells = cursor.next()) {
        if (++count > most_named) {
            continue;
        }
        std::string row;
        for (std::size_t i = 0; i < table.primary_key.size(); ++i) {
            row += (i == 0 ? "" : "/") + text_of(cells[i]);
        }
        named += (named.empty() ? "" : ", ") + row;
    }
    cursor.close();
    if (count == 0) {
        return {};
    }
    const std::string rows = count == 1
                                 ? "1 row of '" + table.name + "' refers"
                                 : std::to_string(count) + " rows of '" + table.name + "' refer";
    return rows + " to what is not in '" + key.table + "' and was kept: " + named +
           (count > most_named ? ", ..." : "");
}

}  // namespace

std::vector<std::string> describe_orphans(Connection& connection, const Dialect& dialect,
                                          const Schema& schema) {
    std::vector<std::string> found;
    for (const Table& table : schema.tables) {
        for (const ForeignKey& key : table.foreign_keys) {
            if (table.primary_key.empty() || key.columns.size() != key.referenced.size()) {
                continue;
            }
            if (std::string text = describe(connection, dialect, table, key); !text.empty()) {
                found.push_back(std::move(text));
            }
        }
    }
    return found;
}

}  // namespace enginebay::migration
