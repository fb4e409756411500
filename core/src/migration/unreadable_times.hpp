// SPDX-License-Identifier: BSL-1.0
// Times that are none: a backend that keeps times as text takes any text. They are kept and told
// of.
// Threads: one per connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

/// One sentence for each timestamp column of `schema` that holds texts which parse_timestamp()
/// cannot read. The empty text, which stood for none, is not told of. Reads only.
std::vector<std::string> describe_unreadable_times(Connection& connection, const Dialect& dialect,
                                                   const Schema& schema);

}  // namespace enginebay::migration
