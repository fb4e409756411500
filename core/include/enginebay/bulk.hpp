// SPDX-License-Identifier: BSL-1.0
// Bulk: ranges, tuples and generators as the rows of one transfer into a table.
// Threads: one thread, the session's.  Ownership: a feed borrows the range or the generator it is
// made of; a row's bytes stay where they are until the next row is asked for.
//
// Programs use Session::copy_in() and Session::upsert_all(); this header holds their options and
// what they are built of.
#pragma once

#include <enginebay/codec.hpp>
#include <enginebay/export.hpp>
#include <enginebay/extensions.hpp>
#include <enginebay/rows.hpp>

#include <array>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <iterator>
#include <optional>
#include <ranges>
#include <span>
#include <stop_token>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace enginebay {

struct BulkOptions {
    /// Called in the session's thread with the rows handed over so far, after every
    /// `progress_every` of them and once more at the end. May throw: nothing stays then.
    std::function<void(std::int64_t rows)> progress;
    std::int64_t progress_every{10'000};
};

namespace detail {

/// Where a transfer goes.
struct BulkTarget {
    std::string_view table;
    std::span<const std::string_view> key;  ///< empty: rows are added, not replaced
    std::span<const std::string_view> columns;
};

/// What a session asks of the rows it transfers: counting, progress, stopping, who is to blame.
class ENGINEBAY_API RowFeed : public RowSource {
public:
    ~RowFeed() override;

    const ValueView* next() final;
    void blame(std::int64_t row) noexcept final { blamed_ = row; }

    /// Before the first row. `cancels` counts the cancels of the session.
    void start(const BulkOptions& options, std::stop_token stop,
               const std::atomic<std::uint64_t>& cancels);
    /// Back to the first row for a second look, without progress; false where rows come once.
    bool start_again();

    [[nodiscard]] std::int64_t count() const noexcept { return count_; }
    [[nodiscard]] std::int64_t blamed() const noexcept { return blamed_; }
    /// What the rows themselves threw, kept so that no other exception takes its place.
    [[nodiscard]] const std::exception_ptr& failure() const noexcept { return failure_; }

protected:
    virtual const ValueView* fetch() = 0;
    virtual bool rewind() { return false; }

private:
    void check_stop() const;
    void end();

    const BulkOptions* options_{nullptr};
    const std::atomic<std::uint64_t>* cancels_{nullptr};
    std::uint64_t cancels_before_{0};
    std::stop_token stop_;
    std::int64_t count_{0};
    std::int64_t reported_at_{0};
    std::int64_t blamed_{0};
    bool ended_{false};
    std::exception_ptr failure_;
};

template <class Row>
concept TupleRow = !Described<Row> && requires { std::tuple_size<Row>::value; };
template <class Row>
concept BulkRow = Described<Row> || TupleRow<Row>;

template <BulkRow Row>
constexpr std::size_t row_width() {
    if constexpr (Described<Row>) {
        return field_count<Row>;
    } else {
        return std::tuple_size_v<Row>;
    }
}

template <class Row>
using RowCells = std::array<ValueView, row_width<Row>()>;

template <BulkRow Row>
RowCells<Row> encode_cells(const Row& row, std::span<const std::string_view> columns) {
    if constexpr (Described<Row>) {
        return encode_row(row);
    } else {
        return [&]<std::size_t... I>(std::index_sequence<I...>) {
            return RowCells<Row>{encode(std::get<I>(row), Place{I, columns[I]})...};
        }(std::make_index_sequence<row_width<Row>()>{});
    }
}

template <std::ranges::input_range Range>
class RangeFeed final : public RowFeed {
public:
    using Row = std::ranges::range_value_t<Range>;
    RangeFeed(Range& rows, std::span<const std::string_view> columns)
        : rows_{rows}, columns_{columns}, at_{std::ranges::begin(rows)} {}

protected:
    const ValueView* fetch() override {
        if (std::exchange(started_, true)) {
            ++at_;
        }
        if (at_ == std::ranges::end(rows_)) {
            return nullptr;
        }
        if constexpr (std::is_lvalue_reference_v<std::ranges::range_reference_t<Range>>) {
            cells_ = encode_cells<Row>(*at_, columns_);
        } else {
            made_.emplace(*at_);  // the cells point into it
            cells_ = encode_cells<Row>(*made_, columns_);
        }
        return cells_.data();
    }
    bool rewind() override {
        if constexpr (std::ranges::forward_range<Range>) {
            at_ = std::ranges::begin(rows_);
            started_ = false;
            return true;
        } else {
            return false;
        }
    }

private:
    Range& rows_;
    std::span<const std::string_view> columns_;
    std::ranges::iterator_t<Range> at_;
    bool started_{false};
    std::optional<Row> made_;
    RowCells<Row> cells_;
};

template <class Generator>
class GeneratorFeed final : public RowFeed {
public:
    using Row = typename std::invoke_result_t<Generator&>::value_type;
    GeneratorFeed(Generator& generator, std::span<const std::string_view> columns)
        : generator_{generator}, columns_{columns} {}

protected:
    const ValueView* fetch() override {
        row_.reset();
        if (std::optional<Row> made = generator_()) {
            row_.emplace(*std::move(made));
            cells_ = encode_cells<Row>(*row_, columns_);
            return cells_.data();
        }
        return nullptr;
    }

private:
    Generator& generator_;
    std::span<const std::string_view> columns_;
    std::optional<Row> row_;
    RowCells<Row> cells_;
};

/// A callable that gives one row after another and std::nullopt after the last.
template <class T>
concept RowGenerator = !std::ranges::input_range<T> && std::invocable<T&> &&
                       is_optional<std::remove_cvref_t<std::invoke_result_t<T&>>>;

template <class Rows>
struct FeedOf;
template <std::ranges::input_range Rows>
struct FeedOf<Rows> {
    using Type = RangeFeed<Rows>;
};
template <RowGenerator Rows>
struct FeedOf<Rows> {
    using Type = GeneratorFeed<Rows>;
};

/// The feed of what was passed as rows: a range, or a generator.
template <class Rows>
using Feed = typename FeedOf<std::remove_reference_t<Rows>>::Type;

/// Errc::usage: so many columns were named, and the rows have another number.
[[noreturn]] ENGINEBAY_API void throw_bulk_width(std::string_view table, std::size_t columns,
                                                 std::size_t width);

}  // namespace detail
}  // namespace enginebay
