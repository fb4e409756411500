// SPDX-License-Identifier: BSL-1.0
// Options: the plugin's own keys of a DatabaseConfig, checked once when an engine is made.
// Threads: plain values.
#pragma once

#include <enginebay/config.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace enginebay::postgresql {

enum class Pooler : std::uint8_t {
    automatic,    ///< found out after connecting
    none,         ///< sessions are one's own; anything else is an error
    transaction,  ///< every transaction may run in another session: keep nothing in one
};

struct Options {
    std::string schema;  ///< empty: the role's own search_path
    std::chrono::milliseconds statement_timeout{0};
    std::chrono::milliseconds lock_timeout{10'000};
    std::chrono::milliseconds idle_in_transaction_timeout{300'000};
    std::chrono::seconds connect_timeout{10};
    std::string application_name;  ///< the product's name where none is given
    std::string sslmode;
    std::string sslrootcert;
    std::string target_session_attrs;
    Pooler pooler{Pooler::automatic};
};

/// Throws Errc::configuration: an unknown key (with the one that was meant), a bad value, a value
/// that cannot travel safely (white space, quotes, backslash).
Options read_options(const DatabaseConfig& config);

/// "250ms", "30s", "5min", "1h", "1d" or plain milliseconds; nothing when it is none of these.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace enginebay::postgresql
