// SPDX-License-Identifier: BSL-1.0
// Options: which keys there are, what they may hold.
#include "options.hpp"

#include <enginebay/options.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace enginebay::postgresql {
namespace {

constexpr std::array<std::string_view, 9> known_keys{
    "application_name", "connect_timeout",   "lock_timeout",        "pooler", "schema", "sslmode",
    "sslrootcert",      "statement_timeout", "target_session_attrs"};

[[noreturn]] void refuse(const DatabaseConfig& config, std::string_view key, std::string_view value,
                         std::string_view why) {
    throw refused_value(config, key, fmt::format("'{}' {}", value, why));
}

/// Poco splits the connection string at spaces and libpq reads quotes and backslashes in it.
void require_plain(const DatabaseConfig& config, std::string_view key, std::string_view value) {
    const auto bad = [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || c == '\'' || c == '"' || c == '\\' ||
               c == 0x7f;
    };
    if (std::any_of(value.begin(), value.end(), bad)) {
        refuse(config, key, value,
               "holds white space, a quote or a backslash; this value cannot have those");
    }
}

void require_one_of(const DatabaseConfig& config, std::string_view key, std::string_view value,
                    std::initializer_list<std::string_view> allowed) {
    if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
        refuse(config, key, value, fmt::format("is none of: {}", fmt::join(allowed, ", ")));
    }
}

std::chrono::milliseconds duration_of(const DatabaseConfig& config, const std::string& key,
                                      const std::string& value) {
    const auto duration = parse_duration(value);
    if (!duration) {
        refuse(config, "options." + key, value, "is no duration; write 250ms, 30s, 5min or 1h");
    }
    return *duration;
}

void apply(Options& options, const DatabaseConfig& config, const std::string& key,
           const std::string& value) {
    if (key == "schema") {
        options.schema = value;
    } else if (key == "statement_timeout") {
        options.statement_timeout = duration_of(config, key, value);
    } else if (key == "lock_timeout") {
        options.lock_timeout = duration_of(config, key, value);
    } else if (key == "connect_timeout") {
        // libpq counts in seconds and takes 0 for "for ever"; below 2 it waits 2.
        const auto seconds =
            std::chrono::ceil<std::chrono::seconds>(duration_of(config, key, value));
        options.connect_timeout = std::max(seconds, std::chrono::seconds{2});
    } else if (key == "application_name") {
        options.application_name = value;
    } else if (key == "sslmode") {
        require_one_of(config, "options.sslmode", value,
                       {"disable", "allow", "prefer", "require", "verify-ca", "verify-full"});
        options.sslmode = value;
    } else if (key == "sslrootcert") {
        options.sslrootcert = value;
    } else if (key == "target_session_attrs") {
        require_one_of(config, "options.target_session_attrs", value,
                       {"any", "read-write", "read-only", "primary", "standby", "prefer-standby"});
        options.target_session_attrs = value;
    } else if (key == "pooler") {
        require_one_of(config, "options.pooler", value, {"auto", "none", "transaction"});
        options.pooler = value == "auto"   ? Pooler::automatic
                         : value == "none" ? Pooler::none
                                           : Pooler::transaction;
    } else {
        throw unknown_option(config, key, known_keys);
    }
}

/// Over a Unix socket libpq ignores what is asked of TLS, without a word.
void require_tls_possible(const DatabaseConfig& config, const Options& options) {
    const bool socket =
        config.host.empty() || config.host.front() == '/' || config.host.front() == '@';
    if (socket && options.sslmode.starts_with("verify-")) {
        refuse(config, "options.sslmode", options.sslmode,
               "has no effect on a Unix socket; name a host, or leave the option out");
    }
}

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) {
        return std::nullopt;
    }
    struct Unit {
        std::string_view name;
        std::int64_t milliseconds;
    };
    constexpr std::array<Unit, 6> units{
        {{"", 1}, {"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
    const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
    for (const Unit& unit : units) {
        if (suffix == unit.name &&
            number <= std::numeric_limits<std::int32_t>::max() / unit.milliseconds) {
            return std::chrono::milliseconds{number * unit.milliseconds};
        }
    }
    return std::nullopt;
}

Options read_options(const DatabaseConfig& config) {
    Options options;
    options.application_name = config.product.empty() ? "enginebay" : config.product;
    for (const auto& [key, value] : config.options) {
        apply(options, config, key, value);
        require_plain(config, "options." + key, value);
    }
    require_plain(config, "host", config.host);
    require_plain(config, "dbname", config.dbname);
    require_plain(config, "user", config.user);
    if (config.password.find_first_of(std::string_view{"\n\r\0", 3}) != std::string::npos) {
        throw refused_value(config, "password", "holds a line break or a NUL byte");
    }
    require_tls_possible(config, options);
    return options;
}

}  // namespace enginebay::postgresql
