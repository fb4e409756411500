// SPDX-License-Identifier: BSL-1.0
// SessionFacts: what a new session really is, read back from the server, and the check against
// what was asked.
// Threads: plain values; read_session() uses the connection it is given.
#pragma once

#include "conninfo.hpp"
#include "libpq.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace enginebay::postgresql {

struct SessionFacts {
    std::string database;
    std::string user;
    std::string schema;          ///< where new tables go; empty: nowhere
    std::string server_version;  ///< "15.20"
    bool standby{false};
    bool pooled{false};  ///< a pooler is between: no named statements, no session state
    std::vector<SessionSetting> settings;
    std::vector<SessionSetting> requested;  ///< what a pooled transaction has to set again
};

/// One round trip. `wanted` names the settings to read.
SessionFacts read_session(PGconn* handle, const std::vector<SessionSetting>& wanted);

/// Throws configuration or read_only where the session is not the one that was asked for.
void require_as_asked(PGconn* handle, const SessionFacts& facts, const DatabaseConfig& config,
                      const Options& options, Access access);

}  // namespace enginebay::postgresql
