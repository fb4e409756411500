// SPDX-License-Identifier: BSL-1.0
// Array: a list of texts or integers in one column.
// Threads: a value; not to be changed while it is a parameter.  Ownership: holds its elements and
// their text.
//
// On the way it is a JSON array. A backend with arrays of its own takes and gives those: on
// PostgreSQL text[] and bigint[] (and integer[], smallint[], varchar[]); elsewhere the column is
// text with JSON in it, which the backend's JSON functions read.
#pragma once

#include <enginebay/codec.hpp>
#include <enginebay/export.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay {

namespace detail {

ENGINEBAY_API std::string array_text(const std::vector<std::string>& elements, const Place& place);
ENGINEBAY_API std::string array_text(const std::vector<std::int64_t>& elements, const Place& place);
/// Throws Errc::value for a cell that holds no array of such elements; a NULL among them too.
ENGINEBAY_API void read_array(const Cell& cell, std::vector<std::string>& elements);
ENGINEBAY_API void read_array(const Cell& cell, std::vector<std::int64_t>& elements);

}  // namespace detail

template <class T>
    requires std::same_as<T, std::string> || std::same_as<T, std::int64_t>
class Array {
public:
    Array() = default;
    Array(std::vector<T> elements) : elements_{std::move(elements)} {}  // NOLINT: the same thing
    Array(std::initializer_list<T> elements) : elements_{elements} {}

    [[nodiscard]] const std::vector<T>& elements() const noexcept { return elements_; }
    [[nodiscard]] auto begin() const noexcept { return elements_.begin(); }
    [[nodiscard]] auto end() const noexcept { return elements_.end(); }
    [[nodiscard]] std::size_t size() const noexcept { return elements_.size(); }
    bool operator==(const Array& other) const { return elements_ == other.elements_; }

    /// Throws Errc::value for an element that is not UTF-8 or holds a NUL byte.
    [[nodiscard]] ValueView as_parameter(const Place& place) const {
        text_ = detail::array_text(elements_, place);
        return ValueView::text(text_);
    }
    static Array from_cell(const Cell& cell) {
        Array array;
        detail::read_array(cell, array.elements_);
        return array;
    }

private:
    std::vector<T> elements_;
    mutable std::string text_;  // as_parameter() gives a view of it
};

using TextArray = Array<std::string>;
using IntegerArray = Array<std::int64_t>;

}  // namespace enginebay
