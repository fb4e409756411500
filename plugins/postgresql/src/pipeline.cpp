// SPDX-License-Identifier: BSL-1.0
// Pipeline: what is prepared first, what travels together, and what the answers mean.
#include "pipeline.hpp"

#include "answers.hpp"
#include "error_map.hpp"
#include "placeholders.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <unordered_set>
#include <utility>

namespace enginebay::postgresql {
namespace {

constexpr const char* set_savepoint = "SAVEPOINT enginebay_batch";
constexpr const char* release_savepoint = "RELEASE SAVEPOINT enginebay_batch";
// More different ones in one batch go unprepared, so that none pushes another out of the cache.
constexpr std::size_t most_prepared = StatementCache::capacity / 2;

}  // namespace

void Pipeline::run(std::string_view begin, TransactionMode mode,
                   std::span<const BatchStatement> batch, BatchSink& sink) {
    begin_ = begin;
    mode_ = mode;
    batch_ = batch;
    changed_session_ = false;
    changed_structure_ = false;
    canceller_.forget();
    if (attempt(sink) == Ending::outdated && attempt(sink) == Ending::outdated) {
        throw Error{Errc::stale_plan,
                    "the structure changed again and again while a batch was run; nothing of the "
                    "batch was kept, run it again"};
    }
}

Pipeline::Ending Pipeline::attempt(BatchSink& sink) {
    error_.reset();
    failed_.reset();
    outdated_ = false;
    opened_ = false;
    closed_ = false;
    savepoint_ = false;
    sent_ = 0;
    plan(sink);
    prepare_missing(sink);
    if (canceller_.asked()) {
        undo();
        throw Error{Errc::cancelled, "a batch was cancelled before it ran"};
    }
    {
        const Running running{canceller_};
        PipelineMode pipeline{handle()};
        closed_ = send_all();
        pipeline.close();
        read_all(pipeline, sink);
    }
    return judge(sink);
}

/// Which statements are known, and which are to be prepared.
void Pipeline::plan(BatchSink& sink) {
    steps_.assign(batch_.size(), {});
    std::unordered_set<std::string_view> seen;
    bool structure = false;
    for (std::size_t i = 0; i < batch_.size(); ++i) {
        const std::string_view sql = batch_[i].sql;
        if (i > 0 && sql.data() == batch_[i - 1].sql.data() &&
            (steps_[i - 1].prepared != nullptr || steps_[i - 1].fresh)) {
            steps_[i] = steps_[i - 1];
            continue;
        }
        Statement* const known = statements_.find(sql);
        if (known == nullptr) {
            require_fit(i, sink);
        }
        const StatementKind kind = known != nullptr ? StatementKind::rows : kind_of(sql);
        changed_session_ |= known != nullptr ? known->leaves_state : leaves_session_state(sql);
        changed_session_ |= kind == StatementKind::session || kind == StatementKind::structure;
        structure |= kind == StatementKind::structure;
        // Behind DDL a statement may mean something else than it does now.
        const bool prepare = kind == StatementKind::rows && !structure;
        if (prepare && (seen.contains(sql) || seen.size() < most_prepared)) {
            seen.insert(sql);
            steps_[i] = {known, known == nullptr};
        }
    }
    changed_structure_ |= structure;
}

void Pipeline::require_fit(std::size_t index, BatchSink& sink) const {
    const std::string_view sql = batch_[index].sql;
    if (sql.find('\0') != std::string_view::npos) {
        sink.blame(index);
        throw Error{Errc::usage, "the SQL text holds a NUL byte"};
    }
    if (const std::string_view why = unfit_for_a_batch(sql); !why.empty()) {
        sink.blame(index);
        Error error{Errc::usage,
                    fmt::format("`{}` cannot be a part of a batch: {}", abbreviated(sql), why)};
        throw error.sql(sql);
    }
}

void Pipeline::prepare_missing(BatchSink& sink) {
    std::vector<std::string_view> texts;
    for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (steps_[i].fresh && std::ranges::find(texts, batch_[i].sql) == texts.end()) {
            texts.push_back(batch_[i].sql);
        }
    }
    if (texts.empty()) {
        return;
    }
    try {
        prepare(texts);
    } catch (const Error& error) {
        if (savepoint_) {
            undo();
        }
        for (std::size_t i = 0; i < batch_.size(); ++i) {
            if (steps_[i].fresh && batch_[i].sql == error.sql()) {
                sink.blame(i);
                break;
            }
        }
        throw;
    }
    for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (steps_[i].fresh) {
            steps_[i].prepared = statements_.find(batch_[i].sql);
        }
    }
}

void Pipeline::prepare(std::span<const std::string_view> texts) {
    const Running running{canceller_};
    if (!own_transaction()) {
        // First: a statement that cannot be prepared would abort the whole transaction.
        const Result set{PQexec(handle(), set_savepoint)};
        if (!succeeded(set)) {
            throw result_error(handle(), set.get(), "running", set_savepoint);
        }
        savepoint_ = true;
    }
    statements_.prepare_all(handle(), texts);
}

/// False where it stopped before its end; error_ says why.
bool Pipeline::send_all() {
    if (!savepoint_) {
        if (!send_command(own_transaction() ? begin_.c_str() : set_savepoint)) {
            return false;
        }
        opened_ = true;
    }
    for (std::size_t i = 0; i < batch_.size(); ++i) {
        if (!send(i)) {
            return false;
        }
        ++sent_;
    }
    return send_command(own_transaction() ? "COMMIT" : release_savepoint);
}

bool Pipeline::send_command(const char* sql) {
    return went_out({}, PQsendQueryParams(handle(), sql, 0, nullptr, nullptr, nullptr, nullptr, 0));
}

bool Pipeline::send(std::size_t index) {
    const Step& step = steps_[index];
    try {
        return went_out(index, step.prepared != nullptr
                                   ? queue_prepared(*step.prepared, batch_[index])
                                   : queue_unprepared(batch_[index]));
    } catch (const Error& error) {
        // The types may be those of a table that looks different now.
        outdated_ = step.prepared != nullptr && !step.fresh;
        const std::string_view sql = batch_[index].sql;
        Error named{error.code(), fmt::format("`{}`: {}", abbreviated(sql), error.what())};
        note_failure(index, named.sql(sql));
        return false;
    }
}

int Pipeline::queue_prepared(const Statement& statement, const BatchStatement& each) {
    require_count(each.sql, statement.parameters.size(), each.parameters.size());
    encoder_.encode(each.parameters, statement.parameters);
    return PQsendQueryPrepared(handle(), statement.name.c_str(), encoder_.count(),
                               encoder_.values(), encoder_.lengths(), encoder_.formats(),
                               statement.binary ? 1 : 0);
}

int Pipeline::queue_unprepared(const BatchStatement& each) {
    const Rewritten rewritten = rewrite_placeholders(each.sql);
    require_count(each.sql, rewritten.count, each.parameters.size());
    encoder_.encode_as_text(each.parameters);
    return PQsendQueryParams(handle(), rewritten.text.c_str(), encoder_.count(), nullptr,
                             encoder_.values(), encoder_.lengths(), encoder_.formats(), 0);
}

/// Looks at libpq's answer to a command handed to it.
bool Pipeline::went_out(std::optional<std::size_t> index, int queued) {
    if (queued == 0) {
        note_failure(index, result_error(handle(), nullptr, "sending", "a batch"));
    }
    return queued != 0;
}

void Pipeline::note_failure(std::optional<std::size_t> index, const Error& error) {
    if (!error_) {
        error_.emplace(error);
        failed_ = index;
    }
}

void Pipeline::read_all(const PipelineMode& pipeline, BatchSink& sink) {
    if (opened_) {
        const Result begun = pipeline.next();
        require_connected(begun.get());
        if (!succeeded(begun)) {
            const std::string_view sql =
                own_transaction() ? std::string_view{begin_} : std::string_view{set_savepoint};
            error_.reset();  // nothing ran, so nothing else is at fault
            outdated_ = false;
            note_failure({}, result_error(handle(), begun.get(), "running", sql));
        }
    }
    for (std::size_t i = 0; i < sent_; ++i) {
        answer(i, pipeline.next(), sink);
    }
    if (closed_) {
        read_end(pipeline.next());
    }
}

void Pipeline::answer(std::size_t index, Result result, BatchSink& sink) {
    require_connected(result.get());
    // A failure noted already may be that of a later statement, which could not be sent.
    if (error_ && index >= failed_.value_or(0)) {
        return;
    }
    const BatchStatement& each = batch_[index];
    const Step& step = steps_[index];
    if (!succeeded(result)) {
        const bool empty = PQresultStatus(result.get()) == PGRES_EMPTY_QUERY;
        outdated_ = step.prepared != nullptr && !step.fresh && may_be_outdated(result.get());
        error_.reset();
        note_failure(index, empty ? Error{Errc::usage, "the SQL text holds no statement"}
                                  : result_error(handle(), result.get(), "running", each.sql));
    } else if (!each.rows) {
        sink.changed(index, rows_changed(result.get()));
    } else {
        static const std::vector<Decoder> by_its_own_types;
        cursor_.open(std::move(result),
                     step.prepared != nullptr ? step.prepared->columns : by_its_own_types, each.sql,
                     nullptr);
        sink.rows(index, cursor_);
        cursor_.close();
    }
}

/// The answer to COMMIT or RELEASE.
void Pipeline::read_end(const Result& closed) {
    if (error_) {
        return;  // skipped, like all behind the statement that failed
    }
    const std::string_view sql = own_transaction() ? "COMMIT" : release_savepoint;
    if (!succeeded(closed)) {
        const bool ended = is_lost(handle(), closed.get()) ||
                           code_of(sqlstate_of(closed.get())) == Errc::connection_lost;
        if (ended && own_transaction() && !harmless()) {
            throw in_doubt();  // whatever the server said, it may have said it after the commit
        }
        note_failure({}, result_error(handle(), closed.get(), "running", sql));
    } else if (own_transaction() && PQcmdStatus(closed.get()) != sql) {
        note_failure({}, Error{Errc::transaction_aborted,
                               "the batch's transaction had failed and was rolled back"});
    }
}

/// Throws when the connection was lost and nothing had failed before.
void Pipeline::require_connected(const PGresult* result) const {
    const bool sound =
        result != nullptr ? !is_lost(handle(), result) : PQstatus(handle()) == CONNECTION_OK;
    if (sound || error_) {
        return;
    }
    // What the server says about a statement comes before the commit. Silence may come after it.
    const bool told = !sqlstate_of(result).empty() || session_.server_said_goodbye();
    if (told || !closed_ || harmless()) {
        throw result_error(handle(), result, "running", "a batch");
    }
    throw in_doubt();
}

/// It makes no difference whether it was committed.
bool Pipeline::harmless() const {
    return mode_ == TransactionMode::read || !own_transaction() ||
           std::ranges::all_of(batch_,
                               [](const BatchStatement& each) { return only_reads(each.sql); });
}

Error Pipeline::in_doubt() const {
    return Error{
        Errc::in_doubt,
        fmt::format("a batch: the connection was lost before the answer came ({}); its "
                    "transaction may or may not be committed: look before running it again",
                    one_line(PQerrorMessage(handle())))};
}

/// All answers are in: what they amount to.
Pipeline::Ending Pipeline::judge(BatchSink& sink) {
    if (!error_) {
        return Ending::good;
    }
    undo();
    if (outdated_ && PQstatus(handle()) == CONNECTION_OK) {
        forget_known();
        return Ending::outdated;
    }
    if (failed_) {
        sink.blame(*failed_);
    }
    throw Error{*error_};
}

/// What was prepared earlier is prepared anew in the next attempt.
void Pipeline::forget_known() {
    if (error_->sqlstate() == "26000") {
        statements_.clear(false);  // gone behind our back, and hardly this one alone
        return;
    }
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (steps_[i].prepared != nullptr && !steps_[i].fresh) {
            if (Statement* const known = statements_.find(batch_[i].sql)) {
                statements_.drop(*known);
            }
        }
    }
}

/// Back to before the batch.
void Pipeline::undo() noexcept {
    const PGTransactionStatusType status = PQtransactionStatus(handle());
    if (status != PQTRANS_INTRANS && status != PQTRANS_INERROR) {
        return;
    }
    // Fails, and changes nothing, where the transaction had failed before the batch.
    const Result undone{PQexec(handle(), own_transaction()
                                             ? "ROLLBACK"
                                             : "ROLLBACK TO SAVEPOINT enginebay_batch; RELEASE "
                                               "SAVEPOINT enginebay_batch")};
}

}  // namespace enginebay::postgresql
