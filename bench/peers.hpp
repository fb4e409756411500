// SPDX-License-Identifier: BSL-1.0
// The libraries beside us: which of them there are is decided when the benchmark is built.
#pragma once

#include "peer.hpp"

namespace enginebay::bench {

std::unique_ptr<Peer> connect_poco_sqlite(const DatabaseConfig& config);
std::unique_ptr<Peer> connect_poco_postgresql(const DatabaseConfig& config);
std::unique_ptr<Peer> connect_soci_sqlite(const DatabaseConfig& config);
std::unique_ptr<Peer> connect_soci_postgresql(const DatabaseConfig& config);
std::unique_ptr<Peer> connect_libpqxx(const DatabaseConfig& config);

}  // namespace enginebay::bench
