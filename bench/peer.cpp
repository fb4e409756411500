// SPDX-License-Identifier: BSL-1.0
#include "peer.hpp"

namespace enginebay::bench {

std::size_t Peer::read_many(std::int64_t first, std::int64_t count) {
    std::size_t seen = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        seen += point_read((first + i) % item_count);
    }
    return seen;
}

std::string conninfo(const DatabaseConfig& config) {
    std::string text = "host=" + config.host + " port=" + std::to_string(config.port) +
                       " dbname=" + config.dbname + " user=" + config.user +
                       " password=" + config.password;
    const auto sslmode = config.options.find("sslmode");
    if (sslmode != config.options.end()) {
        text += " sslmode=" + sslmode->second;
    }
    return text;
}

}  // namespace enginebay::bench
