// SPDX-License-Identifier: BSL-1.0
// The copy of a database that is made before its first change, where the backend offers that.
// Threads: one per connection.
#pragma once

#include <enginebay/engine.hpp>

#include <string>
#include <string_view>

namespace enginebay::migration {

/// A verified copy of what the database holds without the transaction that is open; its name, or
/// nothing where the backend makes none.
std::string copy_database(Engine& engine, std::string_view label);

}  // namespace enginebay::migration
