// SPDX-License-Identifier: BSL-1.0
// RowProgress: counts the rows that the running statement writes, with SQLite's update hook.
// Threads: one at a time.  Ownership: part of one connection.
//
// The hook is not called for tables WITHOUT ROWID: those are not reported.
#pragma once

#include <enginebay/extensions.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>

struct sqlite3;

namespace enginebay::sqlite {

class RowProgress final : public RowProgressExtension {
public:
    explicit RowProgress(sqlite3* db) noexcept : db_{db} {}

    void report_rows(Report report) noexcept override;
    /// How many rows the tables have that are about to be copied, by their names.
    void expect(std::map<std::string, std::int64_t, std::less<>> rows) noexcept {
        expected_ = std::move(rows);
    }

private:
    static void written(void* self, int what, const char* database, const char* table,
                        long long rowid);
    void tell(std::string_view table) const;

    sqlite3* db_;
    Report report_;
    std::int64_t rows_{0};
    std::map<std::string, std::int64_t, std::less<>> expected_;
};

}  // namespace enginebay::sqlite
