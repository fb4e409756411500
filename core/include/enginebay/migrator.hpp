// SPDX-License-Identifier: BSL-1.0
// Migrator: reads what structure a backend really has and writes operations as its SQL.
// Threads: one thread at a time.  Ownership: owned by the caller of Engine::migrator(); must not
// outlive the engine.
//
// It is small on purpose: order, history, checks, transactions and reports are the core's. A
// migrator never begins or ends a transaction on a connection it is given, except in scratch().
//
// For an author of a backend:
//   1. inspect(): one fact per table, column, primary key, unique, check, foreign key, index,
//      trigger and view; nothing of the system's own, nothing that varies between two databases
//      made by the same statements (generated names, white space, order of columns).
//   2. render(): pure; the statements an operation amounts to, each a single one.
//   3. scratch(): create, inspect, leave no trace.
//   4. try_lock(): keep other runners out until the transaction ends.
//   5. Run the conformance suite.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/export.hpp>
#include <enginebay/operation.hpp>
#include <enginebay/schema.hpp>

#include <span>
#include <string>
#include <vector>

namespace enginebay {

class ENGINEBAY_API Migrator {
public:
    Migrator() = default;
    Migrator(const Migrator&) = delete;
    Migrator& operator=(const Migrator&) = delete;
    virtual ~Migrator();

    /// The structure of the connected database without the tables that match `ignored` (`*` and `?`
    /// patterns), sorted. Reads only.
    virtual Structure inspect(Connection& connection, std::span<const std::string> ignored) = 0;

    /// The structure that `statements` make of an empty database, as the same backend reports it.
    /// Uses a place of its own (a database in memory, a transaction rolled back): afterwards the
    /// connected database is as before. The connection must be outside a transaction.
    virtual Structure scratch(Connection& connection, std::span<const std::string> statements,
                              std::span<const std::string> ignored) = 0;

    /// The statements that carry out `operation` where the schema is `before`. Throws
    /// Errc::unsupported where the backend cannot.
    [[nodiscard]] virtual std::vector<std::string> render(const Operation& operation,
                                                          const Schema& before) const = 0;

    /// Called inside a write transaction; keeps every other runner of this database out until that
    /// transaction ends. False when another has it: roll back, wait, begin again.
    virtual bool try_lock(Connection& connection) = 0;
};

}  // namespace enginebay
