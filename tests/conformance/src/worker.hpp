// SPDX-License-Identifier: BSL-1.0
// The second process of a case: this very program, told by arguments what to do to the database.
// Threads: one.
#pragma once

#include "support/child_process.hpp"

#include <enginebay/conformance.hpp>

#include <string>
#include <vector>

namespace enginebay::conformance {

/// Whether this process was started as a worker.
bool is_worker();

// What a worker can be told, and what it prints when it has done it (one line each):
//   lock-hold NAME             takes the instance lock, "held" or "refused <pid>"; keeps it until
//   its
//                              standard input ends
//   lock-race NAME             prints "ready", waits for a line, then as lock-hold
//   lock-spawn NAME            as lock-hold, after starting a child that outlives it: "child <pid>"
//   write-hold SQL...          begins a write transaction, runs the SQL, "holding"; rolls back when
//                              its standard input ends
//   migrate-hold               begins a write transaction, takes the runner's lock; "held" or
//                              "refused"; rolls back when its standard input ends
//   execute SQL...             runs each statement by itself, "done"
// A failure is printed as "error <code>: <what>" and ends it with the code's exit status.
::enginebay::testing::ChildProcess start_worker(const Backend& backend,
                                                const DatabaseConfig& config,
                                                std::vector<std::string> arguments);

}  // namespace enginebay::conformance
