// SPDX-License-Identifier: BSL-1.0
// The SQL that revisions amount to, each statement with the operation it comes from.
// Threads: pure.
#pragma once

#include "migration/replay.hpp"

#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace enginebay::migration {

struct Statement {
    const Revision* revision;
    std::size_t operation;  ///< its place in the list of `way`
    std::string sql;
    std::string call{};  ///< the registered step to run instead of `sql`
    Way way{Way::up};
};

/// Whether the revision does anything on this backend. One that does not is recorded all the same.
bool runs_on(const Revision& revision, const std::string& backend);

/// What the revision does on this backend; nothing for nullptr.
std::span<const Operation> operations_on(const Revision* revision, const std::string& backend,
                                         Way way);

/// Whether its upgrade is made of operations on the structure alone, in one transaction: no rows,
/// no statements by hand, no steps of the program.
bool only_makes_structure(const Revision& revision, const std::string& backend);

/// The statements of `revisions` in order, on a schema that is `before`. Throws Errc::unsupported
/// or Errc::input with file and line.
std::vector<Statement> statements_of(const std::vector<const Revision*>& revisions, Schema before,
                                     const Migrator& migrator, const std::string& backend,
                                     Way way = Way::up);

/// What the revisions make of an empty database, for a scratch place, which is a transaction: no
/// index is built concurrently, statements of revisions that are not transactional are what their
/// `effect` says, and steps in C++, which change no structure, are left out.
std::vector<std::string> structure_of(const std::vector<const Revision*>& revisions,
                                      const Migrator& migrator, const std::string& backend);

/// The texts alone.
std::vector<std::string> texts(std::vector<Statement> statements);

}  // namespace enginebay::migration
