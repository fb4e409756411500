// SPDX-License-Identifier: BSL-1.0
// Structures made in memory, beside the live database.
// Threads: pure functions.
#pragma once

#include <enginebay/schema.hpp>

#include <span>
#include <string>

namespace enginebay::sqlite {

/// The structure that the statements make of an empty database.
[[nodiscard]] Structure scratch_structure(std::span<const std::string> statements,
                                          std::span<const std::string> ignored);

/// The structure that the schema's tables are.
[[nodiscard]] Structure declared_structure(const Schema& schema);

}  // namespace enginebay::sqlite
