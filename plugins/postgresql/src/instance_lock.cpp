// SPDX-License-Identifier: BSL-1.0
// PostgresInstanceLock: taking it, proving that it holds, telling who has it.
#include "instance_lock.hpp"

#include "error_map.hpp"
#include "lock_guard.hpp"
#include "preflight.hpp"

#include <enginebay/error.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace enginebay::postgresql {
namespace {

constexpr std::size_t longest_application_name = 63;

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// The lock's connection says who holds it: the server knows its own processes only.
std::string application_name(std::string_view product) {
    std::string name =
        fmt::format("{}-lock pid={} host={}", product.substr(0, 20), ::getpid(), host_name());
    std::replace_if(name.begin(), name.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
    return name.substr(0, longest_application_name);
}

std::string_view part_after(std::string_view text, std::string_view key) {
    const std::size_t at = text.find(key);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view rest = text.substr(at + key.size());
    return rest.substr(0, rest.find(' '));
}

std::int64_t number_in(std::string_view text) {
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

Result ask(const Handle& handle, const std::string& sql) {
    Result result{PQexec(handle.get(), sql.c_str())};
    if (!succeeded(result)) {
        throw result_error(handle.get(), result.get(), "running", sql);
    }
    return result;
}

bool try_lock(const Handle& handle, LockKey key) {
    return cell(ask(handle, fmt::format("SELECT pg_try_advisory_lock({})", key)), 0, 0) == "t";
}

std::string backend_of(const Handle& handle) {
    return std::string{cell(ask(handle, "SELECT pg_backend_pid()"), 0, 0)};
}

[[noreturn]] void refuse(std::string_view why) {
    throw Error{Errc::unsupported,
                fmt::format("the instance lock protects nothing here: {}; connect directly to the "
                            "server, not through a pooler that shares sessions",
                            why)};
}

}  // namespace

PostgresInstanceLock::PostgresInstanceLock(DatabaseConfig config, Options options, LockOptions lock)
    : config_{std::move(config)}, options_{std::move(options)}, lock_{std::move(lock)} {}

Parameters PostgresInstanceLock::parameters(bool with_options) const {
    // Nothing may end this session for being quiet, on either side; but a dead line is to be
    // noticed within the bound here, and the lock freed there soon after this machine has gone.
    const std::vector<SessionSetting> settings{{"idle_session_timeout", "0"},
                                               {"idle_in_transaction_session_timeout", "0"},
                                               {"tcp_keepalives_idle", "10"},
                                               {"tcp_keepalives_interval", "5"},
                                               {"tcp_keepalives_count", "3"}};
    const bool plain = !with_options || options_.pooler == Pooler::transaction;
    Parameters parameters =
        connection_parameters(config_, options_, plain ? std::vector<SessionSetting>{} : settings);
    for (auto& [key, value] : parameters) {
        if (key == "application_name") {
            value = application_name(config_.product);
        } else if (key == "tcp_user_timeout") {
            value = std::to_string(lock_.loss_bound.count());
        } else if (key == "options" && !options_.schema.empty()) {
            value += fmt::format("\t-csearch_path=\"{}\"", options_.schema);
        }
    }
    return parameters;
}

Handle PostgresInstanceLock::connect() const {
    try {
        return connect_directly(parameters(true), config_.password, location_of(config_));
    } catch (const Error& error) {
        if (options_.pooler == Pooler::none || !refuses_startup_options(error.what())) {
            throw;
        }
    }
    return connect_directly(parameters(false), config_.password, location_of(config_));
}

PostgresInstanceLock::Candidate PostgresInstanceLock::open() const {
    Candidate candidate;
    candidate.handle = connect();
    candidate.facts = read_session(candidate.handle.get(), {});
    if (candidate.facts.standby) {
        throw Error{Errc::read_only,
                    fmt::format("{} is a standby: a lock there keeps nobody out; name the primary",
                                location_of(config_))};
    }
    candidate.key =
        lock_key(config_.product, lock_.name, candidate.facts.database, candidate.facts.schema);
    return candidate;
}

std::string PostgresInstanceLock::what(const Candidate& candidate) const {
    return fmt::format("advisory lock '{}' ({}) of database {}", lock_.name, candidate.key,
                       candidate.facts.database);
}

LockAttempt PostgresInstanceLock::try_acquire() {
    if (options_.pooler == Pooler::transaction) {
        refuse("database.options.pooler is transaction");
    }
    Candidate candidate = open();
    const bool doubtful = candidate.facts.pooled ||
                          PQparameterStatus(candidate.handle.get(), "crdb_version") != nullptr;
    const std::string backend = backend_of(candidate.handle);
    if (doubtful) {
        // Before the lock: in a shared session of the server it would stay behind.
        prove_sessions_of_their_own(candidate, backend);
    }
    LockAttempt attempt;
    if (!try_lock(candidate.handle, candidate.key)) {
        attempt.holder = holder_by(candidate);
        return attempt;
    }
    if (doubtful) {
        prove_exclusion(candidate, backend);
    }
    attempt.holder = holder_by(candidate);
    const std::string description = what(candidate);
    attempt.guard = std::make_unique<PostgresLockGuard>(std::move(candidate.handle), candidate.key,
                                                        backend, description, lock_);
    return attempt;
}

LockHolder PostgresInstanceLock::holder() { return holder_by(open()); }

LockHolder PostgresInstanceLock::holder_by(const Candidate& candidate) const {
    const auto bits = static_cast<std::uint64_t>(candidate.key);
    const Result rows =
        ask(candidate.handle,
            fmt::format(
                "SELECT l.pid, a.application_name, coalesce(host(a.client_addr), ''), "
                "to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') "
                "FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid) "
                "WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.classid = {} "
                "AND l.objid = {} AND l.database = (SELECT oid FROM pg_database WHERE datname = "
                "current_database())",
                bits >> 32U, bits & 0xffffffffU));
    if (PQntuples(rows.get()) == 0) {
        return {};
    }
    const std::string_view name = cell(rows, 0, 1);
    LockHolder holder;
    holder.pid = number_in(part_after(name, " pid="));
    holder.host = part_after(name, " host=");
    if (holder.host.empty()) {
        holder.host = cell(rows, 0, 2);
    }
    holder.since = cell(rows, 0, 3);
    holder.what =
        fmt::format("{}, held by the server's process {}", what(candidate), cell(rows, 0, 0));
    return holder;
}

void PostgresInstanceLock::prove_sessions_of_their_own(const Candidate& candidate,
                                                       const std::string& backend) const {
    const Candidate other = open();
    // In a transaction the other keeps its session of the server to itself: where sessions are
    // shared it is either this very one, or this client has to move. Once more with each round,
    // for others may be at work behind the same pooler.
    for (int round = 0; round < 3; ++round) {
        ask(other.handle, "BEGIN");
        if (backend_of(other.handle) == backend || backend_of(candidate.handle) != backend) {
            refuse("two clients share one session of the server");
        }
        ask(other.handle, "ROLLBACK");
        if (backend_of(candidate.handle) != backend) {
            refuse("a client's session of the server changes");
        }
    }
}

void PostgresInstanceLock::prove_exclusion(const Candidate& candidate,
                                           const std::string& backend) const {
    const Candidate other = open();
    const bool taken_twice = try_lock(other.handle, candidate.key);
    if (taken_twice || backend_of(candidate.handle) != backend) {
        const std::string unlock = fmt::format("SELECT pg_advisory_unlock({})", candidate.key);
        if (taken_twice) {
            ask(other.handle, unlock);
        }
        ask(candidate.handle, unlock);
        refuse("a second client got the lock, too");
    }
}

}  // namespace enginebay::postgresql
