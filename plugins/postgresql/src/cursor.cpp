// SPDX-License-Identifier: BSL-1.0
// ResultCursor: cells out of a PGresult.
#include "cursor.hpp"

#include "placeholders.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

namespace enginebay::postgresql {

void ResultCursor::open(Result result, const std::vector<Decoder>& columns, std::string_view sql,
                        RowStream* stream) {
    result_ = std::move(result);
    stream_ = stream;
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

/// The stream's next row, if there is a stream and it has one.
bool ResultCursor::fetch() {
    if (stream_ == nullptr) {
        return false;
    }
    try {
        Result next = stream_->next(sql_);
        if (next) {
            result_ = std::move(next);
            row_ = 0;
            return true;
        }
    } catch (...) {
        close();
        throw;
    }
    // The last row's result stays: it still knows the names of the columns.
    stream_ = nullptr;
    return false;
}

const ValueView* ResultCursor::next() {
    if (row_ >= rows_ && !fetch()) {
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

void ResultCursor::leave(bool may_abort_transaction) noexcept {
    if (stream_ != nullptr) {
        stream_->leave(may_abort_transaction);
        stream_ = nullptr;
    }
    result_.reset();
    rows_ = 0;
    open_ = false;
}

}  // namespace enginebay::postgresql
