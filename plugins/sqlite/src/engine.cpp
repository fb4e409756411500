// SPDX-License-Identifier: BSL-1.0
// Opens connections and makes the rest.
#include "engine.hpp"

#include "connection.hpp"
#include "error_map.hpp"
#include "instance_lock.hpp"
#include "migrator.hpp"
#include "native_handle.hpp"
#include "settings.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <utility>

namespace enginebay::sqlite {

SqliteEngine::SqliteEngine(const DatabaseConfig& config)
    : options_{read_options(config)},
      product_{config.product},
      file_{config.path},
      queue_{std::make_shared<WriteQueue>()} {}

std::unique_ptr<Connection> SqliteEngine::connect(Access access) {
    const DatabaseFile::Opening opening = file_.prepare(access);
    Poco::AutoPtr<NativeSession> session = open_session(opening.uri, location());
    const Medium medium = file_.in_memory()             ? Medium::memory
                          : access == Access::read_only ? Medium::read_only_file
                                                        : Medium::file;
    apply_settings(session->handle(), options_, medium);
    return std::make_unique<SqliteConnection>(std::move(session), options_, medium,
                                              opening.immutable, queue_);
}

Capabilities SqliteEngine::capabilities() const noexcept {
    if (sqlite3_compileoption_used("ENABLE_FTS5") != 0) {
        return stated_capabilities;
    }
    return {Capability::transactional_ddl, Capability::cancel};
}

std::unique_ptr<Migrator> SqliteEngine::migrator() { return std::make_unique<SqliteMigrator>(); }

std::unique_ptr<InstanceLock> SqliteEngine::instance_lock(LockOptions options) {
    return std::make_unique<SqliteInstanceLock>(file_, product_, options_, std::move(options));
}

std::uint32_t SqliteEngine::connection_limit() const noexcept {
    return file_.in_memory() ? 1 : 0;  // each further one would see a database of its own
}

std::string SqliteEngine::location() const {
    return file_.configured().empty() ? "(a temporary database)" : file_.configured();
}

std::string SqliteEngine::server_version(Connection& /*connection*/) {
    return sqlite3_libversion();
}

std::vector<EffectiveSetting> SqliteEngine::effective_settings(Connection& connection) {
    std::vector<EffectiveSetting> settings = read_settings(native_handle(connection));
    if (const auto* own = dynamic_cast<SqliteConnection*>(&connection);
        own != nullptr && own->immutable()) {
        settings.push_back({"immutable", "1"});
    }
    // Fixed in 3.51.3; see https://sqlite.org/changes.html.
    if (const int version = sqlite3_libversion_number();
        version >= 3'007'000 && version < 3'051'003) {
        settings.push_back(
            {"wal_reset_warning",
             fmt::format("SQLite {} can damage a database that two processes write "
                         "and checkpoint at the same moment; 3.51.3 and newer cannot",
                         sqlite3_libversion())});
    }
    return settings;
}

// Takes its turn among the writers: two connections that write and checkpoint at the same moment
// are what older SQLite libraries can damage a database with. And it never waits for readers,
// because it would keep every writer out meanwhile: what they still need is left for the next time.
CheckpointResult SqliteEngine::checkpoint(Connection& connection) {
    sqlite3* db = native_handle(connection);
    WriteQueue::Ticket ticket;
    if (queue_->enter(ticket, options_.busy_timeout) != WriteQueue::Outcome::granted) {
        return {true, 0, 0};
    }
    int log = 0;
    int done = 0;
    sqlite3_busy_timeout(db, 0);
    const int code =
        sqlite3_wal_checkpoint_v2(db, nullptr, SQLITE_CHECKPOINT_TRUNCATE, &log, &done);
    sqlite3_busy_timeout(db, static_cast<int>(options_.busy_timeout.count()));
    queue_->leave(ticket);
    if (code != SQLITE_OK && code != SQLITE_BUSY) {
        throw native_error(db, "fold the write-ahead log", {});
    }
    // -1 in both: no write-ahead log.
    return {code == SQLITE_BUSY, log < 0 ? 0 : log, done < 0 ? 0 : done};
}

}  // namespace enginebay::sqlite
