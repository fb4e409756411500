// SPDX-License-Identifier: BSL-1.0
// The least a program could do to learn that nothing is to be migrated: connect by the C API, one
// SELECT, end. One program for each backend, so that neither loads the other's library.
// `raw_start PATH` or `raw_start HOST PORT DBNAME USER` with the password in BENCH_PASSWORD.
#include "raw.hpp"

#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
    enginebay::DatabaseConfig config;
    if (argc == 2) {
        config.path = argv[1];
    } else if (argc == 5) {
        config.host = argv[1];
        config.port = static_cast<std::uint16_t>(std::stoi(argv[2]));
        config.dbname = argv[3];
        config.user = argv[4];
        const char* password = std::getenv("BENCH_PASSWORD");
        config.password = password == nullptr ? "" : password;
    } else {
        return 64;
    }
    const auto raw = enginebay::bench::ENGINEBAY_BENCH_CONNECT(config);
    return raw->first_cell("SELECT revision FROM enginebay_revision") == 0 ? 1 : 0;
}
