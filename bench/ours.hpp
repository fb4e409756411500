// SPDX-License-Identifier: BSL-1.0
// Our side: what a program on EngineBay would write.
#pragma once

#include "peer.hpp"

#include <enginebay/database.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace enginebay::bench::ours {

std::size_t point_read(Session& session, std::int64_t id);
/// A batch of reads.
std::size_t read_many(Session& session, std::int64_t first, std::int64_t count);
/// Reads one after the other in a transaction, as views.
std::size_t read_in_transaction(Session& session, std::int64_t first, std::int64_t count);
void upsert(Session& session, std::int64_t id);
std::size_t transact(Session& session, std::int64_t id);
std::size_t scan(Session& session);
void bulk_insert(Session& session, const std::vector<BulkRow>& rows);

/// The table of rows and the empty one for rows in bulk; how many rows.
void create_tables(Session& session);
void fill(Session& session, std::int64_t rows, std::string_view body);

/// The process that answers the session; 0 where there is none.
int server_process(Session& session, const DatabaseConfig& config);

}  // namespace enginebay::bench::ours
