// SPDX-License-Identifier: BSL-1.0
// Raw: the same work done with a backend's own C API, as its manual would have one write it.
// Threads: one.  Ownership: each holds a connection of its own.
#pragma once

#include <enginebay/config.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace enginebay::bench {

struct BulkRow {
    std::int64_t id{0};
    std::string_view name;
    std::int64_t amount{0};
    std::string_view body;
};

class Raw {
public:
    Raw() = default;
    Raw(const Raw&) = delete;
    Raw& operator=(const Raw&) = delete;
    virtual ~Raw() = default;

    /// Reads four columns of one row; the bytes of text in it, so that nothing is left out.
    virtual std::size_t point_read(std::int64_t id) = 0;
    /// Inserts the row or sets its columns, as a transaction of its own.
    virtual void upsert(std::int64_t id, std::string_view name, std::string_view body) = 0;
    /// Reads every row and value of the table; the bytes of text in it.
    virtual std::size_t scan() = 0;
    /// Adds rows to the empty table bulk_items in one transaction, the fastest way the manual has
    /// in text.
    virtual void bulk_insert(std::span<const BulkRow> rows) = 0;
    /// Empties bulk_items.
    virtual void empty_bulk() = 0;
    /// Prepares the statements above; whole-process runs do without.
    virtual void prepare_items() = 0;
    /// The length of a query's first cell, 0 without a row.
    virtual std::size_t first_cell(const char* sql) = 0;
};

struct RawApi {
    std::string_view backend;
    std::unique_ptr<Raw> (*connect)(const DatabaseConfig& config);
};

std::unique_ptr<Raw> connect_raw_sqlite(const DatabaseConfig& config);
std::unique_ptr<Raw> connect_raw_postgresql(const DatabaseConfig& config);

/// The statements both sides run.
inline constexpr std::string_view create_sql =
    "CREATE TABLE items (id BIGINT PRIMARY KEY, name TEXT NOT NULL, amount BIGINT NOT NULL, "
    "body TEXT NOT NULL)";
inline constexpr std::string_view create_bulk_sql =
    "CREATE TABLE bulk_items (id BIGINT PRIMARY KEY, name TEXT NOT NULL, amount BIGINT NOT NULL, "
    "body TEXT NOT NULL)";
inline constexpr std::int64_t item_count = 100'000;
inline constexpr std::int64_t bulk_count = 10'000;

}  // namespace enginebay::bench
