// SPDX-License-Identifier: BSL-1.0
// BulkLoader: many rows at once by COPY, in its binary form where every column has one.
// Threads: one thread at a time.  Ownership: part of one connection.
#pragma once

#include "canceller.hpp"
#include "copy_row.hpp"
#include "deferred_begin.hpp"
#include "libpq.hpp"

#include <enginebay/extensions.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace enginebay::postgresql {

class BulkLoader final : public BulkExtension {
public:
    BulkLoader(PGconn* handle, Canceller& canceller, DeferredBegin& begin) noexcept
        : handle_{handle}, canceller_{canceller}, begin_{begin} {}

    std::int64_t insert(std::string_view table, std::span<const std::string_view> columns,
                        RowSource& rows) override;
    std::int64_t upsert(std::string_view table, std::span<const std::string_view> key,
                        std::span<const std::string_view> columns, RowSource& rows) override;

    /// The COPY that runs; empty when none does. No other statement may run meanwhile.
    [[nodiscard]] const std::string& running() const noexcept { return running_; }

private:
    void require_transaction();
    std::int64_t copy(std::string_view table, std::span<const std::string_view> columns,
                      RowSource& rows);
    std::vector<Oid> column_types(std::string_view table,
                                  std::span<const std::string_view> columns);
    bool send_rows(RowSource& rows, CopyRow& row);
    bool flush(CopyRow& row);
    bool room_to_send() noexcept;
    bool server_has_given_up() noexcept;
    void abandon() noexcept;
    std::int64_t command(const std::string& sql);

    PGconn* handle_;
    Canceller& canceller_;
    DeferredBegin& begin_;
    std::string running_;
};

}  // namespace enginebay::postgresql
