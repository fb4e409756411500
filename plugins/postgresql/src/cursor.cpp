// SPDX-License-Identifier: BSL-1.0
// ResultCursor: cells out of a PGresult.
#include "cursor.hpp"

#include "placeholders.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace enginebay::postgresql {

void ResultCursor::open(Result result, const std::vector<Decoder>& columns, std::string_view sql) {
    result_ = std::move(result);
    sql_ = sql;
    row_ = 0;
    rows_ = PQntuples(result_.get());
    const auto width = static_cast<std::size_t>(PQnfields(result_.get()));
    if (columns.size() == width) {
        columns_ = columns;
    } else {
        columns_.clear();
        for (std::size_t i = 0; i < width; ++i) {
            columns_.push_back(text_decoder(PQftype(result_.get(), static_cast<int>(i))));
        }
    }
    cells_.resize(width);
    scratch_.resize(width);
    open_ = true;
}

const ValueView* ResultCursor::next() {
    if (row_ >= rows_) {
        open_ = false;  // read to its end: nothing stands in the way of the next statement
        return nullptr;
    }
    PGresult* const result = result_.get();
    const auto width = static_cast<int>(cells_.size());
    for (int i = 0; i < width; ++i) {
        const auto column = static_cast<std::size_t>(i);
        const int length = PQgetlength(result, row_, i);
        if (length == 0 && PQgetisnull(result, row_, i) != 0) {
            cells_[column] = ValueView::null();
            continue;
        }
        try {
            cells_[column] = decode(columns_[column],
                                    {PQgetvalue(result, row_, i), static_cast<std::size_t>(length)},
                                    scratch_[column]);
        } catch (const Error& error) {
            Error named{error.code(), fmt::format("column {} of `{}`: {}", column_name(column),
                                                  abbreviated(sql_), error.what())};
            named.sql(sql_).object(std::string{column_name(column)});
            close();
            throw named;
        }
    }
    ++row_;
    return cells_.data();
}

std::string_view ResultCursor::column_name(std::size_t column) const noexcept {
    const char* const name = PQfname(result_.get(), static_cast<int>(column));
    return name != nullptr ? std::string_view{name} : std::string_view{};
}

void ResultCursor::close() noexcept {
    result_.reset();
    rows_ = 0;
    open_ = false;
}

}  // namespace enginebay::postgresql
