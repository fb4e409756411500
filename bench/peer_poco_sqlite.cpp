// SPDX-License-Identifier: BSL-1.0
// Poco::Data on SQLite, with the settings that raw access has here.
#include "peer_poco.hpp"
#include "peers.hpp"

#include <Poco/Data/SQLite/Connector.h>

namespace enginebay::bench {
namespace {

class PocoSqlite final : public PocoPeer {
public:
    explicit PocoSqlite(const std::string& path)
        : PocoPeer{Poco::Data::SQLite::Connector::KEY, path} {
        for (const char* pragma : sqlite_settings) {
            session() << pragma, Poco::Data::Keywords::now;
        }
    }
    std::size_t read_many(std::int64_t first, std::int64_t count) override {
        session().begin();
        const std::size_t seen = Peer::read_many(first, count);
        session().commit();
        return seen;
    }
};

}  // namespace

std::unique_ptr<Peer> connect_poco_sqlite(const DatabaseConfig& config) {
    static const bool registered = (Poco::Data::SQLite::Connector::registerConnector(), true);
    static_cast<void>(registered);
    return std::make_unique<PocoSqlite>(config.path);
}

}  // namespace enginebay::bench
