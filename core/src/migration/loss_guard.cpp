// SPDX-License-Identifier: BSL-1.0
// Compares before with after.
#include "migration/loss_guard.hpp"

#include "migration/legacy_steps.hpp"

#include <enginebay/error.hpp>

#include <algorithm>
#include <utility>

namespace enginebay::migration {
namespace {

constexpr std::string_view table_fact = "table";

auto key(const StructureFact& fact) { return std::tie(fact.kind, fact.table, fact.name); }

bool has_table(const Structure& facts, const std::string& table) {
    return std::ranges::any_of(facts, [&](const StructureFact& fact) {
        return fact.kind == table_fact && fact.table == table;
    });
}

}  // namespace

LossGuard::LossGuard(Connection& connection, const Dialect& dialect, Structure before)
    : connection_{connection}, dialect_{dialect}, before_{std::move(before)} {
    for (const StructureFact& fact : before_) {
        if (fact.kind == table_fact) {
            rows_[fact.table] = count(fact.table);
        }
    }
}

std::int64_t LossGuard::count(const std::string& table) const {
    Cursor& cursor = connection_.query("SELECT count(*) FROM " + dialect_.quote(table), {});
    const std::int64_t rows = cursor.next()[0].as_integer();
    cursor.close();
    return rows;
}

void LossGuard::expect(const Structure& removed) {
    expected_.insert(expected_.end(), removed.begin(), removed.end());
}

Structure LossGuard::lost(const Structure& after) const {
    Structure lost;
    for (const StructureFact& fact : without(before_, after)) {
        const auto row_count = rows_.find(fact.table);
        const bool was_empty = row_count != rows_.end() && row_count->second == 0;
        const bool meant =
            std::ranges::find(expected_, fact) != expected_.end() ||
            std::ranges::any_of(after, [&](const auto& other) { return key(other) == key(fact); });
        if (!meant && !(was_empty && !has_table(after, fact.table))) {
            lost.push_back(fact);
        }
    }
    return lost;
}

void LossGuard::require_rows() const {
    for (const auto& [table, before] : rows_) {
        // A table that is gone was empty, or lost() has said so.
        if (const std::int64_t now = before == 0 ? before : count(table); now != before) {
            throw Error{Errc::migration_failed,
                        "taking over the database would change the number of rows of the table '" +
                            table + "' from " + std::to_string(before) + " to " +
                            std::to_string(now) + "; nothing was changed"};
        }
    }
}

}  // namespace enginebay::migration
