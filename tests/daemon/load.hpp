// SPDX-License-Identifier: BSL-1.0
// Load on a running daemon, and what it acknowledged held against what it has afterwards.
// ENGINEBAY_LOAD_SECONDS says how long (8).
#pragma once

#include "daemon/running_daemon.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace enginebay::testing {

/// Eight clients at work; `trouble` is made again and again meanwhile, with pauses. What
/// teleclaude_load says at its end.
std::string put_load(const DaemonHome& home, const std::function<void()>& trouble,
                     std::chrono::milliseconds pause);
/// Fails the test where an acknowledged write is gone, or where there were too few to prove it.
void expect_nothing_lost(const DaemonHome& home, std::int64_t at_least);
/// Fails the test for every operation of `said` that got no answer: who asks while the database is
/// away is told so.
void expect_all_answered(const std::string& said);
/// Fails the test where `check` finds differences.
void expect_declared_schema(const DatabaseConfig& config);

}  // namespace enginebay::testing
