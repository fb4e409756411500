// SPDX-License-Identifier: BSL-1.0
// The tables of cases, one for each interface.
#pragma once

#include <enginebay/conformance.hpp>

#include <array>
#include <span>
#include <string_view>

namespace enginebay::conformance {

/// A case is a plain function that reports through GoogleTest's assertions.
struct Case {
    std::string_view name;
    void (*run)(const Backend& backend);
};

std::span<const Case> connection_cases();
std::span<const Case> cursor_cases();
std::span<const Case> value_cases();
std::span<const Case> statement_cases();
std::span<const Case> transaction_cases();
std::span<const Case> writer_cases();
std::span<const Case> error_cases();
std::span<const Case> dialect_cases();
std::span<const Case> migrator_cases();
std::span<const Case> structure_cases();
std::span<const Case> lock_cases();
std::span<const Case> engine_cases();

}  // namespace enginebay::conformance
