// SPDX-License-Identifier: BSL-1.0
// What a database holds besides values: everything a careless copy of a table loses.
// Threads: used by the thread that uses the connection.
#pragma once

#include <enginebay/schema.hpp>

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

struct sqlite3;

namespace enginebay::sqlite {

struct Snapshot {
    Structure facts;                                 ///< as the inspector reads them
    std::map<std::string, std::string> definitions;  ///< CREATE texts of indexes and triggers
    std::map<std::string, std::int64_t> numbers;     ///< the highest number each table gave out
    std::map<std::pair<std::string, std::string>, std::int64_t> orphans;  ///< by child and parent
    std::set<std::string> views;               ///< those that can be queried
    std::map<std::string, std::int64_t> rows;  ///< of the tables asked for
};

[[nodiscard]] Snapshot take_snapshot(sqlite3* db, const std::set<std::string>& counted);

}  // namespace enginebay::sqlite
