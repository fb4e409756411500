// SPDX-License-Identifier: BSL-1.0
// Look-ups of sessions by programs that run beside the daemon: no lock, nothing is changed, nothing
// is made (open the database with Access::read_only).
// Threads: any function from any thread.  Ownership: borrows the database.
#pragma once

#include <enginebay/database.hpp>
#include <enginebay/value.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace teleclaude {

class SessionLookup {
public:
    explicit SessionLookup(enginebay::Database& database) noexcept : database_{database} {}

    /// The id of the session that was active last among those not closed whose `field` is `value`;
    /// nothing where there is none, nor a table. Throws Errc::usage, listing the fields, for a
    /// field that sessions do not have.
    std::optional<std::string> find_id(std::string_view field, const enginebay::Value& value);

    /// One field of a session, closed or not: a Timestamp for a time, a bool for a truth value;
    /// nothing where there is no such session, the field is NULL, or there is no table.
    std::optional<enginebay::Value> field(const std::string& session_id, std::string_view field);

private:
    enginebay::Database& database_;
};

}  // namespace teleclaude
