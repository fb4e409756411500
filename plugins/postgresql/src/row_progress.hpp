// SPDX-License-Identifier: BSL-1.0
// RowProgress: tells how many rows a statement has worked through, where the server can say it.
// Threads: one at a time.  Ownership: part of one connection.
//
// The server tells of CREATE INDEX (CONCURRENTLY, too, and those of ADD PRIMARY KEY and UNIQUE),
// REINDEX, CLUSTER, VACUUM FULL, and COPY from a file of its own; to other sessions only. There are
// none but for statements that take long: a login costs more than most of them.
#pragma once

#include "libpq.hpp"

#include <enginebay/extensions.hpp>

#include <utility>

namespace enginebay::postgresql {

class RowProgress final : public RowProgressExtension {
public:
    explicit RowProgress(PGconn* handle) noexcept : handle_{handle} {}

    void report_rows(Report report) noexcept override { report_ = std::move(report); }
    [[nodiscard]] bool is_wanted() const noexcept { return report_ != nullptr; }

    /// For a statement that has been sent: reports until its result can be taken without waiting,
    /// or the connection is gone. Throws nothing.
    void until_result() noexcept;

private:
    PGconn* handle_;
    Report report_;
    bool in_vain_{false};  ///< no second login, or no answer: once is enough
};

}  // namespace enginebay::postgresql
