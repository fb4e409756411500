// SPDX-License-Identifier: BSL-1.0
// The destructors of the contract live here, so that every plugin's classes share one vtable anchor
// and one type_info in the core.
#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/extensions.hpp>
#include <enginebay/instance_lock.hpp>
#include <enginebay/migrator.hpp>

namespace enginebay {

Cursor::~Cursor() = default;
Connection::~Connection() = default;
StreamExtension::~StreamExtension() = default;
RowSource::~RowSource() = default;
BulkExtension::~BulkExtension() = default;
BackupExtension::~BackupExtension() = default;
BatchSink::~BatchSink() = default;
BatchExtension::~BatchExtension() = default;
Dialect::~Dialect() = default;
ChangeWatch::~ChangeWatch() = default;
Migrator::~Migrator() = default;

void Migrator::prepare(Connection& /*connection*/, std::span<const Operation> /*operations*/) {}
void Migrator::restore(Connection& /*connection*/) noexcept {}

std::unique_ptr<ChangeWatch> Migrator::watch(Connection& /*connection*/,
                                             std::span<const Operation> /*operations*/,
                                             const Schema& /*before*/) {
    return nullptr;
}

bool Migrator::alone(const Operation& /*operation*/) const { return false; }
bool Migrator::try_hold(Connection& /*connection*/) { return true; }
void Migrator::release(Connection& /*connection*/) noexcept {}
bool Migrator::settle(Connection& /*connection*/, const Operation& /*operation*/) { return false; }

LockGuard::~LockGuard() = default;
InstanceLock::~InstanceLock() = default;
Engine::~Engine() = default;

}  // namespace enginebay
