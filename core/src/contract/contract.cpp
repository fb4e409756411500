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
Dialect::~Dialect() = default;
Migrator::~Migrator() = default;
LockGuard::~LockGuard() = default;
InstanceLock::~InstanceLock() = default;
Engine::~Engine() = default;

}  // namespace enginebay
