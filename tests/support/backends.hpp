// SPDX-License-Identifier: BSL-1.0
// The backends the tests know: one factory each. Private to the test support library.
#pragma once

#include "support/backend.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace enginebay::testing {

struct BackendEntry {
    std::string_view name;
    std::unique_ptr<Backend> (*make)();
};

/// Those that are part of this build.
const std::vector<BackendEntry>& backends();

std::unique_ptr<Backend> make_sqlite_backend();
std::unique_ptr<Backend> make_postgresql_backend();

}  // namespace enginebay::testing
