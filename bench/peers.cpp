// SPDX-License-Identifier: BSL-1.0
#include "peers.hpp"

#include "raw.hpp"

#include <Poco/Version.h>

namespace enginebay::bench {

namespace {

template <auto Connect>
std::unique_ptr<Peer> as_peer(const DatabaseConfig& config) {
    return Connect(config);
}

}  // namespace

const std::vector<PeerApi>& peer_apis() {
    static const std::vector<PeerApi> all{
#if defined(ENGINEBAY_BENCH_SQLITE)
        {"raw", "sqlite", as_peer<connect_raw_sqlite>},
        {"poco", "sqlite", connect_poco_sqlite},
#endif
#if defined(ENGINEBAY_BENCH_POSTGRESQL)
        {"raw", "postgresql", as_peer<connect_raw_postgresql>},
        {"poco", "postgresql", connect_poco_postgresql},
#endif
#if defined(ENGINEBAY_BENCH_SOCI)
        {"soci", "sqlite", connect_soci_sqlite},
        {"soci", "postgresql", connect_soci_postgresql},
#endif
#if defined(ENGINEBAY_BENCH_LIBPQXX)
        {"libpqxx", "postgresql", connect_libpqxx},
#endif
    };
    return all;
}

std::vector<std::string> missing_peers() {
    return {
#if !defined(ENGINEBAY_BENCH_SOCI)
        "SOCI (libsoci-dev)",
#endif
#if !defined(ENGINEBAY_BENCH_LIBPQXX)
        "libpqxx (libpqxx-dev)",
#endif
    };
}

std::vector<std::pair<std::string, std::string>> library_versions() {
    return {
        {"Poco", std::to_string(POCO_VERSION >> 24) + "." +
                     std::to_string(POCO_VERSION >> 16 & 0xff) + "." +
                     std::to_string(POCO_VERSION >> 8 & 0xff)},
#if defined(ENGINEBAY_BENCH_SOCI)
        {"SOCI", ENGINEBAY_BENCH_SOCI},
#endif
#if defined(ENGINEBAY_BENCH_LIBPQXX)
        {"libpqxx", ENGINEBAY_BENCH_LIBPQXX},
#endif
    };
}

}  // namespace enginebay::bench
