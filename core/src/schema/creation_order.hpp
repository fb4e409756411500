// SPDX-License-Identifier: BSL-1.0
// The order in which tables can be created, and the SQL of a whole schema. Pure.
#pragma once

#include <enginebay/schema.hpp>

#include <vector>

namespace enginebay::schema {

/// The tables so that each stands after those its foreign keys refer to; otherwise in their own
/// order. Where keys go round in a ring, one table of it stands before what it refers to.
std::vector<const Table*> creation_order(const Schema& schema);

}  // namespace enginebay::schema
