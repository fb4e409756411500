// SPDX-License-Identifier: BSL-1.0
// The one error of EngineBay. Its code says what the caller does next, not which line failed.
// Threads: a value, like std::runtime_error.  Ownership: owns its texts.
//
// Only Error crosses the border between plugin and core; a plugin maps every native error in its
// error_map. Absence of a row is never an error, and neither is a lock that another holds.
#pragma once

#include <enginebay/export.hpp>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace enginebay {

/// What the caller does next.
enum class Errc : std::uint8_t {
    // The program or its operator must change something; trying again changes nothing.
    usage,          ///< a call or a command line that can never work: mend the caller
    configuration,  ///< mend the configuration; also a directory where a file is named
    plugin,         ///< no usable plugin: install or rebuild it
    permission,     ///< wrong password, missing right, read-only file: ask whoever grants it
    unreachable,    ///< no server, no database, no file there: start or create it
    corrupt,        ///< a file that is no database, or a damaged one: restore a copy
    input,          ///< a bad revision or schema file, several heads, an unknown revision
    unsupported,    ///< this backend cannot do that: see its capabilities
    // One statement was refused; the transaction can be rolled back and the session goes on.
    statement,              ///< SQL the database does not understand, a missing table or column
    value,                  ///< a value that does not fit: range, NULL, UTF-8, NUL byte
    unique_violation,       ///< a row with that key exists
    foreign_key_violation,  ///< a row that is referred to is missing, or still referred to
    not_null_violation,     ///< a column that must have a value got none
    check_violation,        ///< a CHECK or exclusion constraint refused the row
    cursor_open,            ///< finish or leave the open range first
    transaction_aborted,    ///< an earlier statement failed: roll back
    // Try again: the same call may pass later.
    busy,             ///< locked by another: wait and try again
    serialization,    ///< serialisation failure or deadlock: run the whole transaction again
    stale_plan,       ///< the schema changed under a prepared statement: run it again
    timeout,          ///< a time limit passed before an answer came
    pool_exhausted,   ///< every session of the pool is out
    connection_lost,  ///< the connection is gone, nothing was committed: reconnect, run again
    // Stop and look.
    cancelled,         ///< someone asked for it
    in_doubt,          ///< the commit may or may not have happened: look before running again
    read_only,         ///< a write where only reading is possible: the wrong node or mode
    lock_lost,         ///< the instance lock is gone: write nothing
    io,                ///< disk full or failing
    migration_failed,  ///< a migration failed; the message says where the database stands
    internal,          ///< a bug of EngineBay or of a plugin
};

/// The code's name as written above, e.g. "unique_violation".
ENGINEBAY_API std::string_view to_string(Errc code) noexcept;

/// The process exit status (sysexits) for an error that ends a program.
ENGINEBAY_API int exit_status(Errc code) noexcept;

/// Thrown by everything in EngineBay. what() names what was attempted, on what, why it failed and
/// the next step; it never contains a password.
class ENGINEBAY_API Error : public std::runtime_error {
public:
    Error(Errc code, const std::string& message);
    Error(const Error&) noexcept;
    Error& operator=(const Error&) noexcept;
    ~Error() override;

    [[nodiscard]] Errc code() const noexcept { return code_; }

    /// True when the same work may succeed if simply done again: busy, serialization, stale_plan,
    /// connection_lost. Never in_doubt.
    [[nodiscard]] bool retryable() const noexcept;

    /// The backend's own number; 0 when there is none.
    [[nodiscard]] std::int64_t native_code() const noexcept;
    /// Five characters where the backend speaks SQLSTATE, else empty.
    [[nodiscard]] const std::string& sqlstate() const noexcept;
    /// The statement that failed, without its values; empty when no statement is at fault.
    [[nodiscard]] const std::string& sql() const noexcept;
    /// The constraint, column or table that the backend named; empty when it named none.
    [[nodiscard]] const std::string& object() const noexcept;
    /// Where in a file ("versions/0002.yaml:7:5"), or empty.
    [[nodiscard]] const std::string& where() const noexcept;

    // Filled in before the throw: `Error error(Errc::busy, "..."); error.native(5).sql(text); throw
    // error;`
    Error& native(std::int64_t code) &;
    Error& sqlstate(std::string state) &;
    Error& sql(std::string_view text) &;
    Error& object(std::string name) &;
    Error& where(std::string position) &;

private:
    struct Details;
    Errc code_;
    std::shared_ptr<Details> details_;  // shared: copying an exception must not throw
};

}  // namespace enginebay
