// SPDX-License-Identifier: BSL-1.0
// Render: migration operations as PostgreSQL's DDL.
// Threads: pure functions.
#pragma once

#include <enginebay/operation.hpp>
#include <enginebay/schema.hpp>

#include <string>
#include <vector>

namespace enginebay::postgresql {

/// The single statements an operation amounts to. Throws unsupported for a name that the server
/// would cut off, input where nothing says what to do here.
std::vector<std::string> render_operation(const Operation& operation);

/// The name under which types, statements and skips of this plugin stand in revision files.
inline constexpr const char* backend_name = "postgresql";

}  // namespace enginebay::postgresql
