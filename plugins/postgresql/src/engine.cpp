// SPDX-License-Identifier: BSL-1.0
// PostgresEngine: connecting, and what is known about a connection.
#include "engine.hpp"

#include "connection.hpp"
#include "error_map.hpp"
#include "instance_lock.hpp"
#include "migrator.hpp"
#include "native_session.hpp"
#include "preflight.hpp"
#include "session_facts.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>

#include <chrono>
#include <utility>

namespace enginebay::postgresql {
namespace {

/// Whether any login of this process has failed. Whoever tries again and again with engines of its
/// own must not leak each time.
std::atomic<bool> a_login_failed{false};

const PostgresConnection& own(Connection& connection) {
    const auto* const ours = dynamic_cast<const PostgresConnection*>(&connection);
    if (ours == nullptr) {
        throw Error{Errc::usage, "this connection was not made by a postgresql engine"};
    }
    return *ours;
}

}  // namespace

PostgresEngine::PostgresEngine(DatabaseConfig config)
    : config_{std::move(config)},
      options_{read_options(config_)},
      doubtful_{a_login_failed.load()} {}

std::unique_ptr<Connection> PostgresEngine::connect(Access access) {
    const std::vector<SessionSetting> settings = session_settings(options_, access);
    const bool plain = options_.pooler == Pooler::transaction || no_startup_options_.load();
    const std::vector<SessionSetting> none;
    try {
        return open(connection_parameters(config_, options_, plain ? none : settings), settings,
                    access);
    } catch (const Error& error) {
        doubtful_.store(true);
        if (plain || options_.pooler == Pooler::none || !refuses_startup_options(error.what())) {
            throw;
        }
        no_startup_options_.store(true);
    }
    return open(connection_parameters(config_, options_, none), settings, access);
}

std::unique_ptr<Connection> PostgresEngine::open(const Parameters& parameters,
                                                 const std::vector<SessionSetting>& settings,
                                                 Access access) {
    // A login that fails inside Poco is leaked and says little, so one by hand goes first whenever
    // failure is to be expected. Not the first time: a login costs 8 ms, most of a short program.
    if (doubtful_.load()) {
        connect_directly(parameters, config_.password, location_of(config_));
    }
    const auto begin = std::chrono::steady_clock::now();
    try {
        const Passfile passfile{config_.password};
        NativeSession::Ptr session{
            new NativeSession{poco_connection_string(parameters, passfile.path()),
                              static_cast<std::size_t>(options_.connect_timeout.count())}};
        SessionFacts facts = read_session(session->native(), settings);
        facts.pooled = facts.pooled || options_.pooler == Pooler::transaction;
        require_as_asked(session->native(), facts, config_, options_, access);
        doubtful_.store(false);
        return std::make_unique<PostgresConnection>(std::move(session), std::move(facts));
    } catch (const Poco::Exception& failure) {
        doubtful_.store(true);
        a_login_failed.store(true);
        const std::string where = location_of(config_);
        const bool one_host = config_.host.find(',') == std::string::npos;
        if (one_host && std::chrono::steady_clock::now() - begin >= options_.connect_timeout) {
            throw connect_error(where, "no answer in time (connect_timeout)");
        }
        connect_directly(parameters, config_.password, where);  // says why
        throw Error{Errc::unreachable, fmt::format("cannot connect to {}: {}", where,
                                                   one_line(failure.displayText()))};
    }
}

std::unique_ptr<Migrator> PostgresEngine::migrator() {
    return std::make_unique<PostgresMigrator>(config_.product);
}

std::unique_ptr<InstanceLock> PostgresEngine::instance_lock(LockOptions options) {
    return std::make_unique<PostgresInstanceLock>(config_, options_, std::move(options));
}

std::string PostgresEngine::location() const { return location_of(config_); }

std::string PostgresEngine::server_version(Connection& connection) {
    return own(connection).facts().server_version;
}

std::vector<EffectiveSetting> PostgresEngine::effective_settings(Connection& connection) {
    const SessionFacts& facts = own(connection).facts();
    PGconn* const handle = own(connection).native();
    std::vector<EffectiveSetting> settings{{"database", facts.database},
                                           {"user", facts.user},
                                           {"schema", facts.schema},
                                           {"server_version", facts.server_version},
                                           {"standby", facts.standby ? "yes" : "no"},
                                           {"pooler", facts.pooled ? "yes" : "no"},
                                           {"ssl", PQsslInUse(handle) != 0 ? "on" : "off"}};
    for (const SessionSetting& setting : read_session(handle, facts.requested).settings) {
        settings.push_back({setting.name, setting.value});
    }
    return settings;
}

CheckpointResult PostgresEngine::checkpoint(Connection& /*connection*/) { return {}; }

}  // namespace enginebay::postgresql
