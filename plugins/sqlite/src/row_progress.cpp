// SPDX-License-Identifier: BSL-1.0
// Counts rows.
#include "row_progress.hpp"

#include "rebuild.hpp"

#include <sqlite3.h>

namespace enginebay::sqlite {
namespace {

constexpr std::int64_t tell_every = 4096;

}  // namespace

void RowProgress::report_rows(Report report) noexcept {
    report_ = std::move(report);
    rows_ = 0;
    // A hook costs a call for each row, so there is one only while somebody wants to know.
    sqlite3_update_hook(db_, report_ ? written : nullptr, this);
}

void RowProgress::written(void* self, int /*what*/, const char* /*database*/, const char* table,
                          long long /*rowid*/) {
    auto& progress = *static_cast<RowProgress*>(self);
    if (++progress.rows_ % tell_every == 0) {
        progress.tell(table);
    }
}

void RowProgress::tell(std::string_view table) const {
    if (!table.starts_with(copy_prefix)) {
        report_(table, rows_, -1);
        return;
    }
    table.remove_prefix(copy_prefix.size());
    const auto found = expected_.find(table);
    report_(table, rows_, found == expected_.end() ? -1 : found->second);
}

}  // namespace enginebay::sqlite
