// SPDX-License-Identifier: BSL-1.0
// Preflight: a connection made with libpq alone, whose failure can be understood and leaks nothing.
// Threads: any.  Ownership: the caller owns what is returned.
#pragma once

#include "conninfo.hpp"
#include "libpq.hpp"

#include <string>
#include <string_view>

namespace enginebay::postgresql {

/// Connects. Throws unreachable, permission, configuration, busy, read_only with the reason.
Handle connect_directly(const Parameters& parameters, const std::string& password,
                        std::string_view where);

/// Whether a failed connect means: a pooler that does not pass start-up options on.
bool refuses_startup_options(std::string_view message) noexcept;

}  // namespace enginebay::postgresql
