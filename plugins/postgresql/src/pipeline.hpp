// SPDX-License-Identifier: BSL-1.0
// Pipeline: a batch of statements in one round trip (libpq's pipeline mode).
// Threads: one thread at a time, except what the canceller is asked.  Ownership: part of one
// connection, whose statements, encoder and canceller it borrows.
#pragma once

#include "canceller.hpp"
#include "cursor.hpp"
#include "encode.hpp"
#include "libpq.hpp"
#include "native_session.hpp"
#include "pipeline_mode.hpp"
#include "statement_cache.hpp"

#include <enginebay/connection.hpp>
#include <enginebay/error.hpp>
#include <enginebay/extensions.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace enginebay::postgresql {

class Pipeline {
public:
    Pipeline(NativeSession& session, StatementCache& statements, Encoder& encoder,
             Canceller& canceller) noexcept
        : session_{session}, statements_{statements}, encoder_{encoder}, canceller_{canceller} {}

    /// As BatchExtension::run_batch(). `begin` starts a transaction of its own; empty: a part of
    /// the one that is open.
    void run(std::string_view begin, TransactionMode mode, std::span<const BatchStatement> batch,
             BatchSink& sink);
    /// The last batch left something in the session, or ran DDL, so that plans may be outdated.
    [[nodiscard]] bool changed_session() const noexcept { return changed_session_; }
    [[nodiscard]] bool changed_structure() const noexcept { return changed_structure_; }

private:
    /// One statement on its way.
    struct Step {
        Statement* prepared{nullptr};  ///< null: it goes unprepared
        bool fresh{false};             ///< prepared for this very run, so its errors are believed
    };
    enum class Ending : std::uint8_t { good, outdated };

    Ending attempt(BatchSink& sink);
    void plan(BatchSink& sink);
    void require_fit(std::size_t index, BatchSink& sink) const;
    void prepare_missing(BatchSink& sink);
    void prepare(std::span<const std::string_view> texts);
    bool send_all();
    bool send(std::size_t index);
    bool send_command(const char* sql);
    int queue_prepared(const Statement& statement, const BatchStatement& each);
    int queue_unprepared(const BatchStatement& each);
    bool went_out(std::optional<std::size_t> index, int queued);
    void note_failure(std::optional<std::size_t> index, const Error& error);
    void read_all(const PipelineMode& pipeline, BatchSink& sink);
    void answer(std::size_t index, Result result, BatchSink& sink);
    void read_end(const Result& closed);
    void require_connected(const PGresult* result) const;
    [[nodiscard]] bool harmless() const;
    [[nodiscard]] Error in_doubt() const;
    Ending judge(BatchSink& sink);
    void forget_known();
    void undo() noexcept;
    [[nodiscard]] bool own_transaction() const noexcept { return !begin_.empty(); }
    [[nodiscard]] PGconn* handle() const noexcept { return session_.native(); }

    NativeSession& session_;
    StatementCache& statements_;
    Encoder& encoder_;
    Canceller& canceller_;
    ResultCursor cursor_;

    // Of the batch that runs:
    std::string begin_;
    TransactionMode mode_{TransactionMode::write};
    std::span<const BatchStatement> batch_;
    std::vector<Step> steps_;
    std::size_t sent_{0};    ///< statements that went out
    bool opened_{false};     ///< the BEGIN or SAVEPOINT went out before them
    bool closed_{false};     ///< and the COMMIT or RELEASE behind them
    bool savepoint_{false};  ///< set earlier, when statements were prepared
    bool outdated_{false};   ///< what failed was a cached statement that may no longer fit
    std::optional<Error> error_;
    std::optional<std::size_t> failed_;  ///< whose error it is
    bool changed_session_{false};
    bool changed_structure_{false};
};

}  // namespace enginebay::postgresql
