// SPDX-License-Identifier: BSL-1.0
// Values of row operations in the types of their columns.
// Threads: pure.
#pragma once

#include <enginebay/operation.hpp>
#include <enginebay/schema.hpp>

namespace enginebay::migration {

/// The operation with every value of the type its column has: a text becomes an instant where the
/// column is one. Operations without rows come back as they are. Throws Errc::input, naming row and
/// column, for a value that does not fit.
Operation settled(const Operation& operation, const Schema& schema);

}  // namespace enginebay::migration
