// SPDX-License-Identifier: BSL-1.0
// The out-of-line parts of typed rows.
#include <enginebay/error.hpp>
#include <enginebay/rows.hpp>

#include <fmt/format.h>

#include <string>

namespace enginebay::detail {
namespace {

std::size_t position_of(const Cursor& cursor, std::string_view name) {
    for (std::size_t column = 0; column < cursor.column_count(); ++column) {
        if (cursor.column_name(column) == name) {
            return column;
        }
    }
    Error error(Errc::statement,
                fmt::format("the result has no column \"{}\": select every column that the "
                            "struct's fields() names",
                            name));
    error.object(std::string{name});
    throw error;
}

}  // namespace

void locate_columns(const Cursor& cursor, std::span<const std::string_view> wanted,
                    std::span<std::size_t> positions) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        // Mostly the query selects the columns in the struct's order.
        positions[i] = i < cursor.column_count() && cursor.column_name(i) == wanted[i]
                           ? i
                           : position_of(cursor, wanted[i]);
    }
}

void throw_column_count(std::size_t wanted, std::size_t found) {
    throw Error(
        Errc::statement,
        fmt::format("the result has {} columns, and the program asked for {}", found, wanted));
}

void throw_row_count(bool several) {
    throw Error(Errc::statement, several ? "more than one row came where one was asked for"
                                         : "no row came where one was asked for");
}

}  // namespace enginebay::detail
