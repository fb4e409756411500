// SPDX-License-Identifier: BSL-1.0
// Peer: the same work done by another way to a database: the backend's own C API, or a library that
// one would use instead of EngineBay. Each as its manual would have it written for speed:
// statements prepared once wherever the library has that. Threads: one.  Ownership: each holds a
// connection of its own.
#pragma once

#include <enginebay/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay::bench {

struct BulkRow {
    std::int64_t id{0};
    std::string_view name;
    std::int64_t amount{0};
    std::string_view body;
};

class Peer {
public:
    Peer() = default;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    virtual ~Peer() = default;

    /// Prepares the statements below.
    virtual void prepare_items() = 0;
    /// Reads four columns of one row; the bytes of text in it, so that nothing is left out.
    virtual std::size_t point_read(std::int64_t id) = 0;
    /// Reads `count` rows one by one, in one transaction where that is faster than without.
    virtual std::size_t read_many(std::int64_t first, std::int64_t count);
    /// Inserts the row or sets its columns, as a transaction of its own.
    virtual void upsert(std::int64_t id, std::string_view name, std::string_view body) = 0;
    /// Reads one row and sets a column of it, in one transaction; what was read.
    virtual std::size_t transact(std::int64_t id) = 0;
    /// Reads every row and value of the table; the bytes of text in it.
    virtual std::size_t scan() = 0;
    /// Adds rows to the empty table bulk_items in one transaction, in the fastest way there is.
    virtual void bulk_insert(std::span<const BulkRow> rows) = 0;
    /// The process that answers it, to be kept on the same processor; 0 where there is none.
    virtual int server_process() { return 0; }
};

/// One way to one backend.
struct PeerApi {
    std::string name;     ///< "raw", "poco" ...: a key of the report
    std::string backend;  ///< the plugin's name
    std::unique_ptr<Peer> (*connect)(const DatabaseConfig& config);
};

/// What this benchmark was built with; the raw C APIs first.
const std::vector<PeerApi>& peer_apis();
/// What it could have been built with and was not, each with the package that it needs.
std::vector<std::string> missing_peers();

/// The libraries that it was built with and their versions.
std::vector<std::pair<std::string, std::string>> library_versions();

/// A connection string as libpq, and all that stands on it, reads it. No value here needs quotes.
std::string conninfo(const DatabaseConfig& config);

/// What every side sets on SQLite. None moves the log into the database by itself: whose turn it
/// is would be chance, so that is done between the rounds.
inline constexpr std::array sqlite_settings{"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL",
                                            "PRAGMA busy_timeout=5000", "PRAGMA foreign_keys=ON",
                                            "PRAGMA wal_autocheckpoint=0"};

/// The statements all sides run.
inline constexpr std::string_view create_sql =
    "CREATE TABLE items (id BIGINT PRIMARY KEY, name TEXT NOT NULL, amount BIGINT NOT NULL, "
    "body TEXT NOT NULL)";
inline constexpr std::string_view create_bulk_sql =
    "CREATE TABLE bulk_items (id BIGINT PRIMARY KEY, name TEXT NOT NULL, amount BIGINT NOT NULL, "
    "body TEXT NOT NULL)";
inline constexpr std::int64_t item_count = 100'000;
inline constexpr std::int64_t bulk_count = 10'000;
inline constexpr std::int64_t together = 100;

}  // namespace enginebay::bench
