// SPDX-License-Identifier: BSL-1.0
// Raw: the same work done with a backend's own C API, as its manual would have one write it.
// Threads: one.  Ownership: each holds a connection of its own.
#pragma once

#include "peer.hpp"

#include <span>
#include <string>

namespace enginebay::bench {

class Raw : public Peer {
public:
    /// Empties bulk_items.
    virtual void empty_bulk() = 0;
    /// Between two rounds: what one has written is moved to its place, so that it slows no other.
    virtual void settle() {}
    /// What our session is told so that it leaves that to settle(); null: nothing.
    virtual const char* leave_it_sql() { return nullptr; }
    /// The length of a query's first cell, 0 without a row.
    virtual std::size_t first_cell(const char* sql) = 0;
    /// All in one transaction, one after another.
    virtual void run_together(std::span<const std::string> statements) = 0;
};

std::unique_ptr<Raw> connect_raw_sqlite(const DatabaseConfig& config);
std::unique_ptr<Raw> connect_raw_postgresql(const DatabaseConfig& config);

}  // namespace enginebay::bench
