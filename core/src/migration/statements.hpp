// SPDX-License-Identifier: BSL-1.0
// The SQL that revisions amount to, each statement with the operation it comes from.
// Threads: pure.
#pragma once

#include <enginebay/migrations.hpp>
#include <enginebay/migrator.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace enginebay::migration {

struct Statement {
    const Revision* revision;
    std::size_t operation;  ///< its place in Revision::upgrade
    std::string sql;
};

/// Whether the revision does anything on this backend. One that does not is recorded all the same.
bool runs_on(const Revision& revision, const std::string& backend);

/// The statements of `revisions` in order, on a schema that is `before`. Throws Errc::unsupported
/// or Errc::input with file and line.
std::vector<Statement> statements_of(const std::vector<const Revision*>& revisions, Schema before,
                                     const Migrator& migrator, const std::string& backend);

/// The texts alone.
std::vector<std::string> texts(std::vector<Statement> statements);

}  // namespace enginebay::migration
