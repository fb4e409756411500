// SPDX-License-Identifier: BSL-1.0
// Engine: one configured database of one backend. Opens connections, makes the rest.
// Threads: every function from any thread at any time.  Ownership: owned by whoever opened it;
// outlives all connections, migrators, locks and guards it made.
//
// For an author of a backend:
//   1. Check the configuration's options in the constructor: an unknown key is Errc::configuration
//      and names the key. Open nothing yet: the first connect() does.
//   2. connect(): after connecting read back what was really reached (host, database, user,
//      settings) and throw Errc::configuration on a difference.
//   3. State capabilities truly; the conformance suite holds the engine to them.
//   4. Provide Connection, Dialect, Migrator and InstanceLock.
//   5. Export the descriptor (plugin.hpp) and run the conformance suite.
#pragma once

#include <enginebay/capabilities.hpp>
#include <enginebay/connection.hpp>
#include <enginebay/dialect.hpp>
#include <enginebay/export.hpp>
#include <enginebay/instance_lock.hpp>
#include <enginebay/migrator.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace enginebay {

enum class Access : std::uint8_t {
    create,      ///< read and write; a database file that is missing is made
    read_write,  ///< read and write; it must exist
    read_only,   ///< nothing is changed, nothing is made
};

/// What a checkpoint of the write-ahead log did; all zero where a backend has none.
struct CheckpointResult {
    bool busy{false};  ///< readers kept part of it back
    std::int64_t log_pages{0};
    std::int64_t checkpointed_pages{0};
};

/// One setting as it really is on a new connection, for logs and `config`.
struct EffectiveSetting {
    std::string name;
    std::string value;
};

class ENGINEBAY_API Engine {
public:
    Engine() = default;
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;
    virtual ~Engine();

    /// A new connection with every setting applied and read back. Throws unreachable, permission,
    /// corrupt, configuration, io.
    virtual std::unique_ptr<Connection> connect(Access access) = 0;

    [[nodiscard]] virtual const Dialect& dialect() const noexcept = 0;
    /// The plugin's stated capabilities, less what the other end turned out not to have.
    [[nodiscard]] virtual Capabilities capabilities() const noexcept = 0;
    virtual std::unique_ptr<Migrator> migrator() = 0;
    virtual std::unique_ptr<InstanceLock> instance_lock(LockOptions options) = 0;

    /// How many connections may be open at once; 0: no limit of the engine's own.
    [[nodiscard]] virtual std::uint32_t connection_limit() const noexcept = 0;

    /// Where the data is, without a secret: a path, or host, port and database.
    [[nodiscard]] virtual std::string location() const = 0;
    /// The version of what answers at the other end, e.g. "15.20".
    virtual std::string server_version(Connection& connection) = 0;
    /// The settings of a fresh connection, read from the backend itself.
    virtual std::vector<EffectiveSetting> effective_settings(Connection& connection) = 0;

    /// Folds the write-ahead log into the database; a no-op where the backend does that itself.
    virtual CheckpointResult checkpoint(Connection& connection) = 0;
};

}  // namespace enginebay
