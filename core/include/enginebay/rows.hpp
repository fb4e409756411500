// SPDX-License-Identifier: BSL-1.0
// Rows: the result of a query as a range of typed rows, and structs as rows.
// Threads: one thread, the session's.  Ownership: a range borrows its session's connection; leaving
// the range ends the query. A row's views are valid until the next row.
//
// A struct becomes a row by one function found by argument-dependent look-up:
//     struct Voice { std::string id; std::optional<std::string> name; };
//     constexpr auto fields(const Voice*) {
//         return std::tuple{enginebay::field("id", &Voice::id), enginebay::field("name",
//         &Voice::name)};
//     }
#pragma once

#include <enginebay/codec.hpp>
#include <enginebay/connection.hpp>
#include <enginebay/export.hpp>

#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace enginebay {

template <class Row, class T>
struct Field {
    std::string_view name;
    T Row::* member;
};

/// One member of a struct, and the column it stands for.
template <class Row, class T>
constexpr Field<Row, T> field(std::string_view name, T Row::* member) noexcept {
    return {name, member};
}

/// A struct whose fields(const T*) says which columns its members are.
template <class T>
concept Described = requires { fields(static_cast<const T*>(nullptr)); };

namespace detail {

template <Described Row>
constexpr auto fields_of() {
    return fields(static_cast<const Row*>(nullptr));
}

template <Described Row>
inline constexpr std::size_t field_count = std::tuple_size_v<decltype(fields_of<Row>())>;

template <Described Row>
constexpr std::array<std::string_view, field_count<Row>> column_names() {
    return std::apply(
        [](const auto&... each) {
            return std::array<std::string_view, field_count<Row>>{each.name...};
        },
        fields_of<Row>());
}

template <Described Row>
std::array<ValueView, field_count<Row>> encode_row(const Row& row) {
    return std::apply(
        [&row](const auto&... each) {
            return std::array<ValueView, field_count<Row>>{
                encode(row.*(each.member), Place{0, each.name})...};
        },
        fields_of<Row>());
}

/// Points into driver memory, so it must not outlive its row.
template <class T>
inline constexpr bool is_view =
    std::is_same_v<T, std::string_view> || std::is_same_v<T, std::span<const std::byte>> ||
    std::is_same_v<T, ValueView>;
template <class T>
inline constexpr bool is_view<std::optional<T>> = is_view<T>;
template <Described Row>
inline constexpr bool is_view<Row> = std::apply(
    [](const auto&... each) {
        return (is_view<std::remove_cvref_t<decltype(std::declval<Row>().*(each.member))>> || ...);
    },
    fields_of<Row>());

/// Finds each wanted column in the result; throws Errc::statement naming one that is missing.
ENGINEBAY_API void locate_columns(const Cursor& cursor, std::span<const std::string_view> wanted,
                                  std::span<std::size_t> positions);
[[noreturn]] ENGINEBAY_API void throw_column_count(std::size_t wanted, std::size_t found);
/// Errc::statement: exactly one row was asked for.
[[noreturn]] ENGINEBAY_API void throw_row_count(bool several);

/// How a row of the types T... is read: one scalar, one struct, or a tuple.
template <class... T>
class Decoder {
public:
    using Row = std::tuple<T...>;
    explicit Decoder(const Cursor& cursor) {
        if (cursor.column_count() != sizeof...(T)) {
            throw_column_count(sizeof...(T), cursor.column_count());
        }
    }
    Row decode_row(const Cursor& cursor, const ValueView* cells) const {
        return read(cursor, cells, std::index_sequence_for<T...>{});
    }

private:
    template <std::size_t... I>
    static Row read(const Cursor& cursor, const ValueView* cells, std::index_sequence<I...>) {
        return Row{decode<T>(Cell{cells[I], cursor, I})...};
    }
};

template <class T>
    requires(!Described<T>)
class Decoder<T> {
public:
    using Row = T;
    explicit Decoder(const Cursor& cursor) {
        if (cursor.column_count() != 1) {
            throw_column_count(1, cursor.column_count());
        }
    }
    Row decode_row(const Cursor& cursor, const ValueView* cells) const {
        return decode<T>(Cell{cells[0], cursor, 0});
    }
};

template <Described T>
class Decoder<T> {
public:
    using Row = T;
    explicit Decoder(const Cursor& cursor) {
        static constexpr auto names = column_names<T>();
        locate_columns(cursor, names, positions_);
    }
    Row decode_row(const Cursor& cursor, const ValueView* cells) const {
        return read(cursor, cells, std::make_index_sequence<field_count<T>>{});
    }

private:
    template <std::size_t... I>
    Row read(const Cursor& cursor, const ValueView* cells, std::index_sequence<I...>) const {
        static constexpr auto described = fields_of<T>();
        T row{};
        ((row.*(std::get<I>(described).member) =
              decode<std::remove_cvref_t<decltype(row.*(std::get<I>(described).member))>>(
                  Cell{cells[positions_[I]], cursor, positions_[I]})),
         ...);
        return row;
    }
    std::array<std::size_t, field_count<T>> positions_{};
};

/// Ends the query when the last of its users leaves.
class OpenCursor {
public:
    explicit OpenCursor(Cursor& cursor) noexcept : cursor_{&cursor} {}
    OpenCursor(OpenCursor&& other) noexcept : cursor_{std::exchange(other.cursor_, nullptr)} {}
    OpenCursor(const OpenCursor&) = delete;
    OpenCursor& operator=(const OpenCursor&) = delete;
    OpenCursor& operator=(OpenCursor&&) = delete;
    ~OpenCursor() { close(); }
    void close() noexcept {
        if (cursor_ != nullptr) {
            std::exchange(cursor_, nullptr)->close();
        }
    }
    Cursor& operator*() const noexcept { return *cursor_; }
    Cursor* operator->() const noexcept { return cursor_; }

private:
    Cursor* cursor_;
};

}  // namespace detail

/// An input range: `for (auto [id, name] : session.query<std::string, int>(...))`.
template <class... T>
class [[nodiscard]] Rows {
public:
    using Row = typename detail::Decoder<T...>::Row;

    explicit Rows(Cursor& cursor) : cursor_{cursor}, decoder_{cursor} {}

    class iterator {
    public:
        using value_type = Row;
        using difference_type = std::ptrdiff_t;
        using iterator_concept = std::input_iterator_tag;

        explicit iterator(Rows& rows) : rows_{&rows} { ++*this; }
        Row operator*() const { return rows_->decoder_.decode_row(*rows_->cursor_, cells_); }
        iterator& operator++() {
            cells_ = rows_->cursor_->next();
            if (cells_ == nullptr) {
                // The connection's one cursor may serve another query from here on: let go of it.
                rows_->cursor_.close();
            }
            return *this;
        }
        void operator++(int) { ++*this; }
        bool operator==(std::default_sentinel_t) const noexcept { return cells_ == nullptr; }

    private:
        Rows* rows_;
        const ValueView* cells_{nullptr};
    };

    /// Fetches the first row; once per range.
    iterator begin() { return iterator{*this}; }
    [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

private:
    detail::OpenCursor cursor_;
    detail::Decoder<T...> decoder_;
};

}  // namespace enginebay
