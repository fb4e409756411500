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
//   5. Where changing a table means copying it: prepare(), restore() and watch(), so that nothing
//      is lost that no operation drops. Where a step cannot run inside a transaction: alone(),
//      try_hold(), release() and settle().
//   6. Run the conformance suite.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/export.hpp>
#include <enginebay/operation.hpp>
#include <enginebay/schema.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace enginebay {

/// Remembers what a database held before a revision, and looks again after it. Owned by the caller
/// of Migrator::watch(); must outlive neither the migrator nor the connection.
class ENGINEBAY_API ChangeWatch {
public:
    ChangeWatch() = default;
    ChangeWatch(const ChangeWatch&) = delete;
    ChangeWatch& operator=(const ChangeWatch&) = delete;
    virtual ~ChangeWatch();

    /// Called inside the same transaction after the last operation, where the schema is `after`.
    /// Puts back what went along by the way, where that can be done, and throws
    /// Errc::migration_failed, naming each thing, where something is lost or changed that no
    /// operation drops or changes: the transaction is then rolled back.
    virtual void verify(const Schema& after) = 0;
};

/// What an operation costs those who use the database meanwhile, and the disk.
struct OperationCost {
    std::string locks;                   ///< what is locked and who waits for it; empty: nothing
    std::vector<std::string> rewritten;  ///< tables that are written anew: time and disk
    std::vector<std::string> scanned;    ///< tables of which every row is looked at
};

/// What stands around the statements of one revision in a script that the backend's own shell runs.
struct ScriptFrame {
    std::vector<std::string> before;
    std::vector<std::string> after;
};

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

    /// What the operation costs where the schema is `before`; for plans and lint. Pure.
    [[nodiscard]] virtual OperationCost cost(const Operation& operation,
                                             const Schema& before) const;
    /// The bytes that the table takes on disk, its indexes included, and a copy of it takes again;
    /// -1 where the backend cannot tell. Reads only.
    virtual std::int64_t bytes_of(Connection& connection, const std::string& table);
    /// The transaction of a revision with these operations, for a script. Pure.
    [[nodiscard]] virtual ScriptFrame frame(std::span<const Operation> operations) const;
    /// Lines at the top of a script, with which the shell stops at the first error. Pure.
    [[nodiscard]] virtual std::vector<std::string> script_head() const;

    /// Called inside a write transaction; keeps every other runner of this database out until that
    /// transaction ends. False when another has it: roll back, wait, begin again.
    virtual bool try_lock(Connection& connection) = 0;

    /// Makes the connection, which is outside a transaction, ready for one that carries out
    /// `operations`. Does nothing unless the backend has settings that a transaction cannot change.
    virtual void prepare(Connection& connection, std::span<const Operation> operations);
    /// Undoes prepare(), after the transaction.
    virtual void restore(Connection& connection) noexcept;

    /// Called inside the write transaction before the first of `operations`, where the schema is
    /// `before`. nullptr where the backend's own statements lose nothing.
    virtual std::unique_ptr<ChangeWatch> watch(Connection& connection,
                                               std::span<const Operation> operations,
                                               const Schema& before);

    /// Whether the operation, in a revision that is not transactional, must run outside a
    /// transaction. All others run in one each, with their entry in the journal.
    [[nodiscard]] virtual bool alone(const Operation& operation) const;
    /// Keeps other runners out of the database across transactions, for steps that run alone; false
    /// when another has it. Held until release() or the end of the connection.
    virtual bool try_hold(Connection& connection);
    virtual void release(Connection& connection) noexcept;
    /// After a step that ran alone and was interrupted: takes away what it left half done. True
    /// when it is done already and must not run again. Outside a transaction.
    virtual bool settle(Connection& connection, const Operation& operation);
};

}  // namespace enginebay
