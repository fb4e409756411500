// SPDX-License-Identifier: BSL-1.0
// DatabaseConfig: which backend, where, as whom. What an Engine is opened with.
// Threads: plain values.  The password is in it: never print the struct, print redacted_url().
#pragma once

#include <enginebay/export.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <string>

namespace enginebay {

/// How a backend finds its data.
enum class Location : std::uint8_t {
    file,    ///< by a path
    server,  ///< by host, port and database name
};

struct PoolConfig {
    std::uint32_t size{5};      ///< sessions kept open
    std::uint32_t overflow{3};  ///< more on demand, closed when given back
    std::chrono::milliseconds timeout{30'000};
    std::chrono::milliseconds recycle{3'600'000};  ///< a connection older than this is replaced,
                                                   ///< unless the engine allows only one
};

struct ENGINEBAY_API DatabaseConfig {
    std::string engine;  ///< the plugin's name
    std::string
        product;       ///< one word, e.g. the daemon's family: part of lock and application names
    std::string path;  ///< Location::file: the database file, or ":memory:"
    std::string host;  ///< Location::server: host name, address, or folder of the Unix socket
    std::uint16_t port{0};  ///< 0: the backend's own default
    std::string dbname;
    std::string user;
    std::string password;  ///< empty: the backend's own ways (a passfile, its environment)
    PoolConfig pool;
    std::map<std::string, std::string> options;  ///< the plugin's own keys, checked by it
    /// "host", "options.schema" -> where it was written ("<file>:<line>:<column>", "environment
    /// X"), for messages; may lack any of them.
    std::map<std::string, std::string> written_at;

    /// `<engine>:///<path>` or `<engine>://user:password@host:port/dbname`, percent-encoded.
    [[nodiscard]] std::string url(Location location) const;
    /// The same with `***` for the password: the form for people and logs.
    [[nodiscard]] std::string redacted_url(Location location) const;
};

}  // namespace enginebay
