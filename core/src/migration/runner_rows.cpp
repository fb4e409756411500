// SPDX-License-Identifier: BSL-1.0
// Tells how many rows a long statement has written, where the backend can count.
#include "migration/runner.hpp"

#include <enginebay/extensions.hpp>

#include <utility>

namespace enginebay::migration {
namespace {

constexpr std::chrono::milliseconds tell_every{100};

/// Rows are counted for as long as it lives.
class Counted {
public:
    Counted(Connection& connection, RowProgressExtension::Report report)
        : progress_{
              static_cast<RowProgressExtension*>(connection.extension(row_progress_extension))} {
        if (progress_ != nullptr) {
            progress_->report_rows(std::move(report));
        }
    }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() {
        if (progress_ != nullptr) {
            progress_->report_rows({});
        }
    }

private:
    RowProgressExtension* progress_;
};

}  // namespace

void Runner::run_reporting(const std::string& sql) {
    if (!options_.progress) {
        connection_.execute(sql, {});
        return;
    }
    rows_told_ = {};
    {
        const Counted counted{
            connection_, [this](auto table, auto rows, auto of) { report_rows(table, rows, of); }};
        connection_.execute(sql, {});
    }
    throw_if_stopped();  // too late to stop the statement, but not the revision
}

void Runner::report_rows(std::string_view table, std::int64_t rows, std::int64_t of) noexcept {
    const auto now = std::chrono::steady_clock::now();
    if (stopped_ || now - rows_told_ < tell_every) {
        return;
    }
    rows_told_ = now;
    MigrationProgress progress = running_;
    progress.what = MigrationProgress::What::rows;
    progress.table = table;
    progress.rows = rows;
    progress.of_rows = of;
    try {
        report(progress);
    } catch (...) {
        // It cannot cross the backend's library, in the midst of which this is called.
        stopped_ = std::current_exception();
        connection_.cancel();
    }
}

void Runner::throw_if_stopped() {
    if (stopped_) {
        std::rethrow_exception(std::exchange(stopped_, nullptr));
    }
}

}  // namespace enginebay::migration
