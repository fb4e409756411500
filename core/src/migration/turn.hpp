// SPDX-License-Identifier: BSL-1.0
// What a runner's turn needs: a transaction that ends with its scope, a patience that ends.
// Threads: one.
#pragma once

#include <enginebay/connection.hpp>
#include <enginebay/error.hpp>
#include <enginebay/migrator.hpp>

#include <chrono>
#include <span>
#include <string>

namespace enginebay::migration {

/// A write transaction; rolled back unless committed.
class WriteTransaction {
public:
    explicit WriteTransaction(Connection& connection);
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;
    ~WriteTransaction();
    void commit();

private:
    Connection& connection_;
    bool open_{true};
};

/// A connection made ready for operations; put back as it was at the end of the scope.
class Prepared {
public:
    Prepared(Migrator& migrator, Connection& connection, std::span<const Operation> operations);
    Prepared(const Prepared&) = delete;
    Prepared& operator=(const Prepared&) = delete;
    ~Prepared();

private:
    Migrator& migrator_;
    Connection& connection_;
};

/// The lock between runners across transactions; let go at the end of the scope.
class Held {
public:
    /// Throws Errc::busy when another has it.
    Held(Migrator& migrator, Connection& connection);
    Held(const Held&) = delete;
    Held& operator=(const Held&) = delete;
    ~Held();

private:
    Migrator& migrator_;
    Connection& connection_;
};

/// Time that has gone by.
std::chrono::microseconds since(std::chrono::steady_clock::time_point start);

/// Waits longer each time, up to a limit in all.
class Patience {
public:
    explicit Patience(std::chrono::milliseconds limit) : limit_{limit} { renew(); }
    /// Something was achieved: the limit counts from now.
    void renew();
    /// Sleeps a while, or throws Errc::busy with the reason when the limit is reached.
    void wait(const std::string& reason, const std::string& location);

private:
    std::chrono::milliseconds limit_;
    std::chrono::milliseconds pause_{};
    std::chrono::steady_clock::time_point until_;
};

/// Whether the same turn may succeed when it is simply taken again.
bool is_passing(const Error& error) noexcept;

}  // namespace enginebay::migration
