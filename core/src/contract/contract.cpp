// SPDX-License-Identifier: BSL-1.0
// The destructors of the contract live here, so that every plugin's classes share one vtable anchor
// and one type_info in the core.
#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/engine.hpp>
#include <enginebay/error.hpp>
#include <enginebay/extensions.hpp>
#include <enginebay/instance_lock.hpp>
#include <enginebay/migrator.hpp>
#include <enginebay/notifications.hpp>

#include <string>

namespace enginebay {

Cursor::~Cursor() = default;
Connection::~Connection() = default;
StreamExtension::~StreamExtension() = default;
RowSource::~RowSource() = default;
BulkExtension::~BulkExtension() = default;
BackupExtension::~BackupExtension() = default;
BatchSink::~BatchSink() = default;
BatchExtension::~BatchExtension() = default;
RowProgressExtension::~RowProgressExtension() = default;
NotifyExtension::~NotifyExtension() = default;
Dialect::~Dialect() = default;
ChangeWatch::~ChangeWatch() = default;
Migrator::~Migrator() = default;

void NotifyExtension::require_fit(std::string_view channel, std::string_view payload) {
    if (channel.empty() || channel.size() > longest_channel) {
        throw Error{Errc::value, "a channel's name has 1 to " + std::to_string(longest_channel) +
                                     " bytes, this one has " + std::to_string(channel.size())};
    }
    if (payload.size() > longest_payload) {
        throw Error{Errc::value, "a notification has at most " + std::to_string(longest_payload) +
                                     " bytes, this one has " + std::to_string(payload.size())};
    }
    if (channel.find('\0') != std::string_view::npos ||
        payload.find('\0') != std::string_view::npos) {
        throw Error{Errc::value, "a notification holds a NUL byte"};
    }
}

OperationCost Migrator::cost(const Operation& /*operation*/, const Schema& /*before*/) const {
    return {};
}
std::int64_t Migrator::bytes_of(Connection& /*connection*/, const std::string& /*table*/) {
    return -1;
}
ScriptFrame Migrator::frame(std::span<const Operation> /*operations*/) const {
    return {{"BEGIN"}, {"COMMIT"}};
}
std::vector<std::string> Migrator::script_head() const { return {}; }

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
