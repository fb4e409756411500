// SPDX-License-Identifier: BSL-1.0
// The error of a migration that failed: file and line, statement, the database's own words, and
// where the database stands.
// Threads: pure.
#pragma once

#include "migration/statements.hpp"

#include <enginebay/error.hpp>

#include <string>

namespace enginebay::migration {

/// For a statement that was refused and whose transaction, which began with `first`, is rolled
/// back.
Error statement_failure(const Statement& statement, std::size_t number, std::size_t count,
                        const Error& cause, const Revision& first);

/// For a statement of a revision whose steps are committed one by one.
Error stepwise_failure(const Statement& statement, std::size_t number, std::size_t count,
                       const Error& cause);

/// For recording and committing a revision.
Error revision_failure(const Revision& revision, Way way, const std::string& during,
                       const Error& cause);

/// Throws what passes as it is, and the rest as a revision_failure.
[[noreturn]] void rethrow(const Error& error, const Revision& revision, Way way,
                          const std::string& during);

}  // namespace enginebay::migration
