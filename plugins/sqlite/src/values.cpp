// SPDX-License-Identifier: BSL-1.0
// Binding by value kind, reading by sqlite3_column_value: one trip through SQLite's mutex a cell.
#include "values.hpp"

#include "error_map.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <cstring>

namespace enginebay::sqlite {
namespace {

void put_number(char* target, unsigned value, int digits) noexcept {
    for (int i = digits - 1; i >= 0; --i) {
        target[i] = static_cast<char>('0' + value % 10);
        value /= 10;
    }
}

[[noreturn]] void throw_count(const Statement& statement, std::size_t given) {
    Error error{Errc::usage,
                fmt::format("the statement has {} parameters, {} values were given: {}",
                            statement.parameters, given, shorten(statement.text))};
    error.sql(statement.text);
    throw error;
}

[[noreturn]] void throw_not_a_number(const Statement& statement, int position) {
    Error error{Errc::value,
                fmt::format("value {} is not a number (NaN), which SQLite would keep as NULL: {}",
                            position, shorten(statement.text))};
    error.sql(statement.text);
    throw error;
}

ValueView read_cell(sqlite3_value* value) noexcept {
    switch (sqlite3_value_type(value)) {
        case SQLITE_INTEGER:
            return ValueView::integer(sqlite3_value_int64(value));
        case SQLITE_TEXT: {
            const auto* bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
            return ValueView::text({bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))});
        }
        case SQLITE_FLOAT:
            return ValueView::real(sqlite3_value_double(value));
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const std::byte*>(sqlite3_value_blob(value));
            return ValueView::blob({bytes, static_cast<std::size_t>(sqlite3_value_bytes(value))});
        }
        default:
            return ValueView::null();
    }
}

}  // namespace

void format_timestamp(Timestamp value, char* target) {
    using namespace std::chrono;
    const auto day = floor<days>(value);
    const year_month_day date{day};
    const int year = static_cast<int>(date.year());
    if (year < 0 || year > 9999) {
        throw Error{Errc::value,
                    fmt::format("a timestamp in the year {} cannot be kept as text that "
                                "sorts (years 0 to 9999)",
                                year)};
    }
    const hh_mm_ss time{value - day};
    std::memcpy(target, "0000-00-00 00:00:00.000000", timestamp_size);
    put_number(target, static_cast<unsigned>(year), 4);
    put_number(target + 5, static_cast<unsigned>(date.month()), 2);
    put_number(target + 8, static_cast<unsigned>(date.day()), 2);
    put_number(target + 11, static_cast<unsigned>(time.hours().count()), 2);
    put_number(target + 14, static_cast<unsigned>(time.minutes().count()), 2);
    put_number(target + 17, static_cast<unsigned>(time.seconds().count()), 2);
    put_number(target + 20, static_cast<unsigned>(time.subseconds().count()), 6);
}

void Binder::reserve(std::span<const ValueView> parameters, Lifetime lifetime) {
    std::size_t wanted = 0;
    for (const ValueView& value : parameters) {
        if (value.kind() == Kind::timestamp) {
            wanted += timestamp_size;
        } else if (lifetime == Lifetime::cursor) {
            if (value.kind() == Kind::text) {
                wanted += value.as_text().size();
            } else if (value.kind() == Kind::blob) {
                wanted += value.as_blob().size();
            }
        }
    }
    if (wanted > buffer_.size()) {
        buffer_.resize(wanted);
    }
    used_ = 0;
}

std::string_view Binder::keep(std::string_view bytes, Lifetime lifetime) {
    if (lifetime == Lifetime::call || bytes.empty()) {
        return bytes;
    }
    char* target = buffer_.data() + used_;
    std::memcpy(target, bytes.data(), bytes.size());
    used_ += bytes.size();
    return {target, bytes.size()};
}

int Binder::bind_one(const Statement& statement, int position, const ValueView& value,
                     Lifetime lifetime) {
    sqlite3_stmt* handle = statement.handle;
    switch (value.kind()) {
        case Kind::null:
            return sqlite3_bind_null(handle, position);
        case Kind::boolean:
            return sqlite3_bind_int64(handle, position, value.as_boolean() ? 1 : 0);
        case Kind::integer:
            return sqlite3_bind_int64(handle, position, value.as_integer());
        case Kind::real:
            if (std::isnan(value.as_real())) {
                throw_not_a_number(statement, position);
            }
            return sqlite3_bind_double(handle, position, value.as_real());
        case Kind::text: {
            const std::string_view text = keep(value.as_text(), lifetime);
            // A null pointer would bind NULL.
            return sqlite3_bind_text64(handle, position, text.empty() ? "" : text.data(),
                                       text.size(), SQLITE_STATIC, SQLITE_UTF8);
        }
        case Kind::blob: {
            const auto bytes = value.as_blob();
            const std::string_view blob =
                keep({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, lifetime);
            return sqlite3_bind_blob64(handle, position, blob.empty() ? "" : blob.data(),
                                       blob.size(), SQLITE_STATIC);
        }
        case Kind::timestamp: {
            char* target = buffer_.data() + used_;
            format_timestamp(value.as_timestamp(), target);
            used_ += timestamp_size;
            return sqlite3_bind_text64(handle, position, target, timestamp_size, SQLITE_STATIC,
                                       SQLITE_UTF8);
        }
    }
    return SQLITE_MISUSE;
}

void Binder::bind(sqlite3* db, const Statement& statement, std::span<const ValueView> parameters,
                  Lifetime lifetime) {
    if (parameters.size() != static_cast<std::size_t>(statement.parameters)) {
        throw_count(statement, parameters.size());
    }
    if (parameters.empty()) {
        return;
    }
    reserve(parameters, lifetime);
    int position = 0;
    for (const ValueView& value : parameters) {
        if (bind_one(statement, ++position, value, lifetime) != SQLITE_OK) {
            throw native_error(db, fmt::format("bind value {}", position), statement.text);
        }
    }
}

void read_row(sqlite3_stmt* statement, std::vector<ValueView>& cells) noexcept {
    int column = 0;
    for (ValueView& cell : cells) {
        cell = read_cell(sqlite3_column_value(statement, column));
        ++column;
    }
}

}  // namespace enginebay::sqlite
