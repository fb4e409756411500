// SPDX-License-Identifier: BSL-1.0
// A statement of the plugin's own (pragmas, catalogue), off the hot path.
// Threads: used by the thread that uses the connection.  Ownership: finalises its statement.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace enginebay::sqlite {

class RawStatement {
public:
    /// Throws what SQLite says about the text.
    RawStatement(sqlite3* db, std::string_view sql);
    RawStatement(const RawStatement&) = delete;
    RawStatement& operator=(const RawStatement&) = delete;
    ~RawStatement();

    /// The text is copied. Positions count from 1.
    RawStatement& bind(int position, std::string_view text);

    /// True where there is a row. Throws what SQLite says.
    bool step();

    [[nodiscard]] std::string text(int column) const;  ///< NULL reads as ""
    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] bool is_null(int column) const;

private:
    sqlite3* db_;
    sqlite3_stmt* statement_{nullptr};
};

/// sqlite3_prepare_v3(), again while others change the schema under it: SQLite itself reads the
/// schema anew only once. Sets *rest to where the first statement ends. Returns SQLite's code.
/// `sql` ends with a NUL byte.
int prepare_statement(sqlite3* db, const std::string& sql, unsigned flags, sqlite3_stmt** statement,
                      const char** rest) noexcept;

/// Runs one statement to its end.
void run(sqlite3* db, std::string_view sql);

}  // namespace enginebay::sqlite
