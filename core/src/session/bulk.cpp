// SPDX-License-Identifier: BSL-1.0
// Bulk transfers: one unit of work for all rows, and the row that is at fault by its number.
#include "session/key_columns.hpp"
#include "session/pool.hpp"
#include "session/stoppable_call.hpp"
#include "session/watched.hpp"

#include <enginebay/bulk.hpp>
#include <enginebay/error.hpp>
#include <enginebay/session.hpp>

#include <fmt/format.h>

#include <string>
#include <utility>

namespace enginebay {
namespace {

/// Errors that one row's values cause, so that another row would have passed.
bool about_a_row(Errc code) noexcept {
    switch (code) {
        case Errc::value:
        case Errc::unique_violation:
        case Errc::foreign_key_violation:
        case Errc::not_null_violation:
        case Errc::check_violation:
            return true;
        default:
            return false;
    }
}

/// All or nothing: a transaction of its own, or a part of the one that is open.
template <class Fn>
std::int64_t as_one(Session& session, Fn&& fn) {
    std::int64_t rows = 0;
    if (session.in_transaction()) {
        Savepoint part = session.savepoint();
        rows = fn();
        part.release();
    } else {
        Transaction whole = session.transaction(TransactionMode::write);
        rows = fn();
        whole.commit();
    }
    return rows;
}

std::string insert_sql(const Dialect& dialect, const detail::BulkTarget& target) {
    std::string names;
    std::string marks;
    for (const std::string_view column : target.columns) {
        names += (names.empty() ? "" : ", ") + dialect.quote(column);
        marks += marks.empty() ? "?" : ", ?";
    }
    return fmt::format("INSERT INTO {} ({}) VALUES ({})", dialect.quote(target.table), names,
                       marks);
}

std::int64_t row_by_row(Session& session, const detail::BulkTarget& target, detail::RowFeed& rows) {
    const std::string sql =
        target.key.empty() ? insert_sql(session.dialect(), target)
                           : session.dialect().upsert(target.table, target.key, target.columns);
    Connection& connection = session.connection();
    while (const ValueView* cells = rows.next()) {
        try {
            connection.execute(sql, {cells, target.columns.size()});
        } catch (const Error& error) {
            if (about_a_row(error.code())) {
                rows.blame(rows.count());
            }
            throw;
        }
    }
    return rows.count();
}

std::int64_t transfer(Session& session, const detail::BulkTarget& target, detail::RowFeed& rows) {
    auto* const bulk = static_cast<BulkExtension*>(session.connection().extension(bulk_extension));
    if (bulk == nullptr) {
        return row_by_row(session, target, rows);
    }
    return target.key.empty() ? bulk->insert(target.table, target.columns, rows)
                              : bulk->upsert(target.table, target.key, target.columns, rows);
}

/// A backend that checks all rows at once cannot say which one it was: look at them one by one.
void find_the_row(Session& session, const detail::BulkTarget& target, detail::RowFeed& rows) {
    try {
        if (session.in_transaction()) {
            const Savepoint undone = session.savepoint();
            row_by_row(session, target, rows);
        } else {
            const Transaction undone = session.transaction(TransactionMode::write);
            row_by_row(session, target, rows);
        }
    } catch (...) {  // NOLINT(bugprone-empty-catch): the row is blamed, which is the aim
    }
}

Error named(const Error& error, const detail::BulkTarget& target, const detail::RowFeed& rows) {
    const std::string which = rows.blamed() > 0 ? fmt::format("row {}", rows.blamed())
                                                : fmt::format("one of the {} rows", rows.count());
    Error result{error.code(), fmt::format("{} for \"{}\": {}; nothing of the transfer was kept",
                                           which, target.table, error.what())};
    result.native(error.native_code()).sqlstate(error.sqlstate()).sql(error.sql());
    result.object(error.object()).where(error.where());
    return result;
}

}  // namespace

std::int64_t Session::load(const detail::BulkTarget& target, detail::RowFeed& rows,
                           const BulkOptions& options) {
    const StoppableCall call{*slot_, stop_};
    check_stop();
    require_key_columns(target.table, target.key, target.columns);
    rows.start(options, stop_, slot_->cancels);
    try {
        return as_one(*this, [&] {
            return watched(StatementKind::bulk, [&] { return transfer(*this, target, rows); });
        });
    } catch (const Error& error) {
        if (rows.blamed() > 0) {
            throw named(error, target, rows);
        }
        if (rows.failure() != nullptr) {
            std::rethrow_exception(rows.failure());
        }
        if (!about_a_row(error.code()) || rows.count() == 0) {
            throw;
        }
        if (rows.start_again()) {
            find_the_row(*this, target, rows);
        }
        throw named(error, target, rows);
    } catch (const std::exception& failure) {
        if (rows.failure() != nullptr) {
            std::rethrow_exception(rows.failure());
        }
        throw Error(Errc::internal,
                    fmt::format("the plugin failed in an unexpected way at a transfer of rows: {}",
                                failure.what()));
    }
}

namespace detail {

RowFeed::~RowFeed() = default;

void RowFeed::start(const BulkOptions& options, std::stop_token stop,
                    const std::atomic<std::uint64_t>& cancels) {
    options_ = &options;
    stop_ = std::move(stop);
    cancels_ = &cancels;
    cancels_before_ = cancels.load();
}

bool RowFeed::start_again() {
    if (!rewind()) {
        return false;
    }
    options_ = nullptr;
    count_ = 0;
    ended_ = false;
    return true;
}

void RowFeed::check_stop() const {
    if (stop_.stop_requested() || cancels_->load(std::memory_order_relaxed) != cancels_before_) {
        throw Error(
            Errc::cancelled,
            fmt::format("cancelled after {} rows; nothing of the transfer was kept", count_));
    }
}

const ValueView* RowFeed::next() {
    if (ended_) {
        return nullptr;
    }
    bool fetching = false;
    try {
        check_stop();
        const bool report = options_ != nullptr && options_->progress &&
                            count_ - reported_at_ >= options_->progress_every;
        if (report) {
            reported_at_ = count_;
            options_->progress(count_);
        }
        fetching = true;
        if (const ValueView* cells = fetch()) {
            ++count_;
            return cells;
        }
        fetching = false;
        end();
        return nullptr;
    } catch (const Error& error) {
        ended_ = true;
        failure_ = std::current_exception();
        if (fetching && about_a_row(error.code())) {
            blamed_ = count_ + 1;
        }
        throw;
    } catch (...) {
        ended_ = true;
        failure_ = std::current_exception();
        throw;
    }
}

void RowFeed::end() {
    ended_ = true;
    if (options_ != nullptr && options_->progress) {
        options_->progress(count_);
    }
}

void throw_bulk_width(std::string_view table, std::size_t columns, std::size_t width) {
    throw Error(Errc::usage, fmt::format("{} columns of \"{}\" were named, but each row has {} "
                                         "values",
                                         columns, table, width));
}

}  // namespace detail
}  // namespace enginebay
