// SPDX-License-Identifier: BSL-1.0
// Poco::Data on PostgreSQL.
#include "peer_poco.hpp"
#include "peers.hpp"

#include <Poco/Data/PostgreSQL/Connector.h>

namespace enginebay::bench {
namespace {

class PocoPostgresql final : public PocoPeer {
public:
    explicit PocoPostgresql(const DatabaseConfig& config)
        : PocoPeer{Poco::Data::PostgreSQL::Connector::KEY, conninfo(config)} {}

    int server_process() override {
        int process = 0;
        session() << "SELECT pg_backend_pid()", Poco::Data::Keywords::into(process),
            Poco::Data::Keywords::now;
        return process;
    }
};

}  // namespace

std::unique_ptr<Peer> connect_poco_postgresql(const DatabaseConfig& config) {
    static const bool registered = (Poco::Data::PostgreSQL::Connector::registerConnector(), true);
    static_cast<void>(registered);
    return std::make_unique<PocoPostgresql>(config);
}

}  // namespace enginebay::bench
