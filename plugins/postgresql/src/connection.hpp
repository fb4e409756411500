// SPDX-License-Identifier: BSL-1.0
// PostgresConnection: one session of the server, all data through libpq.
// Threads: one thread at a time, except cancel().  Ownership: shares the NativeSession with whoever
// asked for it through extension().
#pragma once

#include "bulk.hpp"
#include "canceller.hpp"
#include "cursor.hpp"
#include "deferred_begin.hpp"
#include "encode.hpp"
#include "native_session.hpp"
#include "notifier.hpp"
#include "pipeline.hpp"
#include "placeholders.hpp"
#include "row_progress.hpp"
#include "row_stream.hpp"
#include "session_facts.hpp"
#include "statement_cache.hpp"

#include <enginebay/connection.hpp>
#include <enginebay/extensions.hpp>

#include <chrono>
#include <cstdint>
#include <string>

namespace enginebay::postgresql {

class PostgresConnection final : public Connection,
                                 private StreamExtension,
                                 private BatchExtension {
public:
    /// Takes over a session that is connected and set up as `facts` say.
    PostgresConnection(NativeSession::Ptr session, SessionFacts facts);
    ~PostgresConnection() override;

    Cursor& query(std::string_view sql, std::span<const ValueView> parameters) override;
    std::int64_t execute(std::string_view sql, std::span<const ValueView> parameters) override;

    void begin(TransactionMode mode) override;
    void commit() override;
    void rollback() noexcept override;
    [[nodiscard]] bool in_transaction() const noexcept override;

    bool alive() noexcept override;
    void reset() override;
    void cancel() noexcept override;
    void* extension(std::string_view name) noexcept override;

    [[nodiscard]] const SessionFacts& facts() const noexcept { return facts_; }
    [[nodiscard]] PGconn* native() const noexcept { return session_->native(); }

private:
    /// How a statement's rows come.
    enum class Delivery : std::uint8_t { whole, row_by_row };

    Cursor& stream(std::string_view sql, std::span<const ValueView> parameters) override;
    void run_batch(TransactionMode mode, std::span<const BatchStatement> statements,
                   BatchSink& sink) override;
    [[nodiscard]] std::string begin_sql(TransactionMode mode) const;
    Cursor& open_cursor(std::string_view sql, std::span<const ValueView> parameters,
                        Delivery delivery);
    void require_no_cursor(std::string_view doing) const;
    /// Runs a statement to a good result; `statement` is where it was prepared, else null.
    Result run(std::string_view sql, std::span<const ValueView> parameters, Statement*& statement,
               Delivery delivery);
    Result run_within(std::string_view sql, std::span<const ValueView> parameters,
                      Statement*& statement, Delivery delivery);
    Result run_prepared(std::string_view sql, std::span<const ValueView> parameters,
                        Statement*& statement, Delivery delivery);
    bool encode_for(const Statement& statement, std::span<const ValueView> parameters, bool fresh);
    Result send(const Statement& statement, Delivery delivery);
    Result first_row(bool inside);
    Result exchange(const Rewritten& statement, StatementKind kind);
    Result run_unprepared(std::string_view sql, std::span<const ValueView> parameters,
                          StatementKind kind);
    void run_command(const char* sql);
    void send_begin();
    void hand_out_native() noexcept;
    void refuse_copy(const Result& result, std::string_view sql);
    void note_use() noexcept;

    NativeSession::Ptr session_;
    SessionFacts facts_;
    StatementCache statements_;
    Encoder encoder_;
    bool sent_{false};  ///< the running statement itself went out, not only what prepares it
    bool session_changed_{false};
    std::chrono::nanoseconds last_use_{0};

    /// Who has the native handle may run statements on it that we do not see.
    bool native_handed_out_{false};
    Canceller canceller_;
    DeferredBegin deferred_;
    RowStream stream_;
    RowProgress row_progress_;
    BulkLoader bulk_;
    Pipeline pipeline_;
    Notifier notifier_;
    ResultCursor cursor_;
};

}  // namespace enginebay::postgresql
