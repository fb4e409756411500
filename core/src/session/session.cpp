// SPDX-License-Identifier: BSL-1.0
// Session, and the scopes of a transaction and a savepoint.
#include "session/guarded.hpp"
#include "session/key_columns.hpp"
#include "session/pool.hpp"
#include "session/stoppable_call.hpp"
#include "session/watched.hpp"

#include <enginebay/error.hpp>
#include <enginebay/extensions.hpp>
#include <enginebay/session.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>

namespace enginebay {
namespace {

std::string savepoint_name(std::uint32_t depth) { return fmt::format("enginebay_{}", depth); }

}  // namespace

void require_key_columns(std::string_view table, std::span<const std::string_view> key,
                         std::span<const std::string_view> columns) {
    for (const std::string_view column : key) {
        if (std::ranges::find(columns, column) == columns.end()) {
            throw Error(Errc::usage,
                        fmt::format("upsert into \"{}\": the key \"{}\" is no column of "
                                    "the row",
                                    table, column));
        }
    }
}

Session::Session(std::shared_ptr<Pool> pool, std::unique_ptr<PooledConnection> connection) noexcept
    : pool_{std::move(pool)}, slot_{std::move(connection)} {}

Session::Session(Session&& other) noexcept = default;

Session& Session::operator=(Session&& other) noexcept {
    if (this != &other) {
        give_back();
        pool_ = std::move(other.pool_);
        slot_ = std::move(other.slot_);
        stop_ = std::move(other.stop_);
        on_stop_ = std::move(other.on_stop_);
    }
    return *this;
}

Session::~Session() { give_back(); }

void Session::give_back() noexcept {
    on_stop_.reset();  // first: from here on nobody may cancel what the next user runs
    if (slot_ != nullptr) {
        pool_->give_back(std::move(slot_));
    }
}

Connection& Session::connection() noexcept { return *slot_->connection; }

const Dialect& Session::dialect() const noexcept { return pool_->engine().dialect(); }

void Session::check_stop() {
    if (stop_.stop_requested()) {
        throw Error(Errc::cancelled, "a stop was requested, so no further statement is run");
    }
}

std::int64_t Session::execute_encoded(std::string_view sql, std::span<const ValueView> parameters) {
    const StoppableCall call{*slot_, stop_};
    check_stop();
    return watched(sql, [&] {
        return guarded("a statement", [&] { return connection().execute(sql, parameters); });
    });
}

Cursor& Session::query_encoded(std::string_view sql, std::span<const ValueView> parameters) {
    const StoppableCall call{*slot_, stop_};
    check_stop();
    return watched_rows(sql, [&]() -> Cursor& {
        return guarded("a query", [&]() -> Cursor& { return connection().query(sql, parameters); });
    });
}

Cursor& Session::stream_encoded(std::string_view sql, std::span<const ValueView> parameters) {
    const StoppableCall call{*slot_, stop_};
    check_stop();
    return watched_rows(sql, [&]() -> Cursor& {
        return guarded("a query", [&]() -> Cursor& {
            auto* const streams =
                static_cast<StreamExtension*>(connection().extension(stream_extension));
            return streams != nullptr ? streams->stream(sql, parameters)
                                      : connection().query(sql, parameters);
        });
    });
}

Transaction Session::transaction(TransactionMode mode) & {
    const StoppableCall call{*slot_, stop_};
    check_stop();
    return Transaction{*this, mode};
}

Savepoint Session::savepoint() & {
    if (!in_transaction()) {
        throw Error(Errc::usage, "a savepoint was asked for outside a transaction");
    }
    return Savepoint{*this, ++slot_->savepoints};
}

bool Session::in_transaction() const noexcept { return slot_->connection->in_transaction(); }

void Session::stop_with(std::stop_token token) {
    on_stop_.reset();
    stop_ = std::move(token);
    on_stop_ =
        std::make_unique<StopCallback>(stop_, [slot = slot_.get()] { StoppableCall::stop(*slot); });
}

void StoppableCall::stop(PooledConnection& slot) noexcept {
    constexpr std::chrono::milliseconds longest_pause{50};
    const auto limit = PoolClock::now() + std::chrono::seconds{2};
    for (std::chrono::milliseconds pause{1};; pause = std::min(2 * pause, longest_pause)) {
        slot.connection->cancel();
        const std::int64_t caller = slot.caller.load();
        if (caller == 0 || caller == this_thread() || PoolClock::now() >= limit) {
            return;
        }
        std::this_thread::sleep_for(pause);
    }
}

void Session::cancel() noexcept {
    slot_->cancels.fetch_add(1);  // seen between the statements of a bulk transfer
    slot_->connection->cancel();
}

void Session::label(std::string_view what) { pool_->label(*slot_, what); }

std::string_view Session::upsert_sql(std::string_view table, std::span<const std::string_view> key,
                                     std::span<const std::string_view> columns) {
    for (const UpsertText& known : slot_->upserts) {
        if (known.columns == columns.data() && known.table == table &&
            std::ranges::equal(known.key, key)) {
            return known.sql;
        }
    }
    require_key_columns(table, key, columns);
    constexpr std::size_t most = 64;  // more different ones than a daemon has tables
    if (slot_->upserts.size() >= most) {
        slot_->upserts.clear();
    }
    slot_->upserts.push_back({std::string{table},
                              columns.data(),
                              {key.begin(), key.end()},
                              dialect().upsert(table, key, columns)});
    return slot_->upserts.back().sql;
}

Transaction::Transaction(Session& session, TransactionMode mode) : session_{&session} {
    session.watched(StatementKind::begin, [&] {
        guarded("the start of a transaction", [&] { session.connection().begin(mode); });
    });
}

Transaction::~Transaction() { rollback(); }

void Transaction::commit() {
    if (session_ == nullptr) {
        throw Error(Errc::usage, "a transaction that has ended was committed");
    }
    if (!session_->in_transaction()) {
        throw Error(
            Errc::transaction_aborted,
            "the transaction is over: a part of it could not be undone alone, or a statement "
            "ended it");
    }
    session_->watched(StatementKind::commit,
                      [this] { guarded("a commit", [this] { session_->connection().commit(); }); });
    session_->slot_->savepoints = 0;
    session_ = nullptr;
}

void Transaction::rollback() noexcept {
    if (session_ != nullptr) {
        session_->watched(StatementKind::rollback, [this] { session_->connection().rollback(); });
        session_->slot_->savepoints = 0;
        session_ = nullptr;
    }
}

Savepoint::Savepoint(Session& session, std::uint32_t depth) : session_{&session}, depth_{depth} {
    session.execute("SAVEPOINT " + savepoint_name(depth));
}

Savepoint::~Savepoint() {
    try {
        rollback();
    } catch (...) {
        // rollback() has seen to it that nothing of the transaction can be committed.
    }
}

void Savepoint::release() {
    if (session_ == nullptr) {
        throw Error(Errc::usage, "a savepoint that has ended was released");
    }
    session_->execute("RELEASE SAVEPOINT " + savepoint_name(depth_));
    session_->slot_->savepoints = depth_ - 1;  // what was inside it has ended with it
    session_ = nullptr;
}

void Savepoint::rollback() {
    if (session_ == nullptr) {
        return;
    }
    Connection& connection = session_->connection();
    session_->slot_->savepoints = depth_ - 1;
    session_ = nullptr;
    if (!connection.in_transaction()) {
        return;
    }
    try {
        // Straight to the connection: undoing must work after a stop was requested, too.
        connection.execute("ROLLBACK TO SAVEPOINT " + savepoint_name(depth_), {});
        connection.execute("RELEASE SAVEPOINT " + savepoint_name(depth_), {});
    } catch (...) {
        // A part that cannot be undone alone (rows are being read, say) must not be committed with
        // the rest.
        connection.rollback();
        throw;
    }
}

}  // namespace enginebay
