// SPDX-License-Identifier: BSL-1.0
// Values on their way in and out of SQLite. The hot path: nothing is allocated for a call or a row.
// Threads: used by the thread that uses the connection.
#pragma once

#include "statement_cache.hpp"

#include <enginebay/value.hpp>

#include <array>
#include <span>
#include <string_view>
#include <vector>

struct sqlite3;

namespace enginebay::sqlite {

/// `YYYY-MM-DD HH:MM:SS.ffffff`, UTC: sorts with CURRENT_TIMESTAMP.
constexpr std::size_t timestamp_size = 26;
/// Throws Errc::value outside of the years 0 to 9999.
void format_timestamp(Timestamp value, char* target);

/// Whether the bytes of a parameter outlive the statement's run.
enum class Lifetime { call, cursor };

/// Binds parameters, keeping in one reusable buffer what must outlive the caller's.
class Binder {
public:
    /// Throws usage for a wrong count of parameters, value for what SQLite cannot keep.
    void bind(sqlite3* db, const Statement& statement, std::span<const ValueView> parameters,
              Lifetime lifetime);

private:
    void reserve(std::span<const ValueView> parameters, Lifetime lifetime);
    std::string_view keep(std::string_view bytes, Lifetime lifetime);
    int bind_one(const Statement& statement, int position, const ValueView& value,
                 Lifetime lifetime);

    std::vector<char> buffer_;
    std::size_t used_{0};
};

/// Fills one cell for each column of the current row. The views live until the next step. The
/// caller holds the connection's mutex: one trip through it a row instead of several a cell.
void read_row(sqlite3_stmt* statement, std::vector<ValueView>& cells) noexcept;

}  // namespace enginebay::sqlite
