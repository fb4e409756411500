// SPDX-License-Identifier: BSL-1.0
// BulkLoader: many rows at once by one statement that is prepared, bound and stepped without
// anything between two rows.
// Threads: one thread at a time.  Ownership: part of one connection.
#pragma once

#include "transaction.hpp"
#include "values.hpp"

#include <enginebay/extensions.hpp>

#include <string>
#include <string_view>

namespace enginebay::sqlite {

class BulkLoader final : public BulkExtension {
public:
    BulkLoader(sqlite3* db, Transaction& transaction) noexcept
        : db_{db}, transaction_{transaction} {}

    std::int64_t insert(std::string_view table, std::span<const std::string_view> columns,
                        RowSource& rows) override;
    std::int64_t upsert(std::string_view table, std::span<const std::string_view> key,
                        std::span<const std::string_view> columns, RowSource& rows) override;

private:
    std::int64_t run(const std::string& sql, std::size_t width, RowSource& rows);
    void step(const Statement& statement, std::int64_t number, RowSource& rows);

    sqlite3* db_;
    Transaction& transaction_;
    Binder binder_;
};

}  // namespace enginebay::sqlite
