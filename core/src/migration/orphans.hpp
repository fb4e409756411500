// SPDX-License-Identifier: BSL-1.0
// Rows that refer to rows which do not exist: databases whose foreign keys nobody enforced have
// such. They are kept and told of.
// Threads: one per connection.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::migration {

/// One sentence for each foreign key of `schema` that has any. Reads only.
std::vector<std::string> describe_orphans(Connection& connection, const Dialect& dialect,
                                          const Schema& schema);

}  // namespace enginebay::migration
