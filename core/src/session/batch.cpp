// SPDX-License-Identifier: BSL-1.0
// Batches: statements collected, run as one, and what became of each.
#include "session/guarded.hpp"
#include "session/pool.hpp"
#include "session/stoppable_call.hpp"
#include "session/watched.hpp"

#include <enginebay/batch.hpp>
#include <enginebay/error.hpp>
#include <enginebay/extensions.hpp>
#include <enginebay/session.hpp>

#include <fmt/format.h>

#include <cstring>
#include <memory_resource>
#include <optional>
#include <string>

namespace enginebay {
namespace {

/// Hands each answer to its statement, and knows which statement is at fault.
class Answers final : public BatchSink {
public:
    explicit Answers(std::span<const std::shared_ptr<detail::BatchSlot>> slots) : slots_{slots} {}

    void rows(std::size_t statement, Cursor& cursor) noexcept override {
        detail::BatchSlot& slot = *slots_[statement];
        try {
            slot.take(cursor);
        } catch (...) {
            slot.keep_mismatch();  // the commit may be on its way: no error of the batch
        }
    }
    void changed(std::size_t statement, std::int64_t rows) noexcept override {
        slots_[statement]->take(rows);
    }
    void blame(std::size_t statement) noexcept override { blamed_ = statement; }

    [[nodiscard]] std::optional<std::size_t> blamed() const noexcept { return blamed_; }
    void succeed() const noexcept {
        for (const auto& slot : slots_) {
            slot->succeed();
        }
    }
    /// The one at fault has its error; what the others would have given does not exist.
    void fail(const std::exception_ptr& error) const {
        const std::exception_ptr undone =
            blamed_ ? std::make_exception_ptr(Error(
                          Errc::transaction_aborted,
                          fmt::format("statement {} of the batch failed; nothing of it was kept",
                                      *blamed_ + 1)))
                    : error;
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            slots_[i]->fail(i == blamed_ ? error : undone);
        }
    }

private:
    std::span<const std::shared_ptr<detail::BatchSlot>> slots_;
    std::optional<std::size_t> blamed_;
};

Error numbered(const Error& error, std::size_t number, std::size_t all) {
    Error result{error.code(), fmt::format("statement {} of {}: {}; nothing of the batch was kept",
                                           number, all, error.what())};
    result.native(error.native_code()).sqlstate(error.sqlstate()).sql(error.sql());
    result.object(error.object()).where(error.where());
    return result;
}

void require_same(std::uint64_t cancels_before, std::uint64_t cancels) {
    if (cancels != cancels_before) {
        throw Error(Errc::cancelled, "cancelled between two statements of a batch");
    }
}

void run_one(Connection& connection, const BatchStatement& statement, detail::BatchSlot& slot) {
    if (statement.rows) {
        const detail::OpenCursor cursor{connection.query(statement.sql, statement.parameters)};
        slot.take(*cursor);
    } else {
        slot.take(connection.execute(statement.sql, statement.parameters));
    }
}

}  // namespace

/// Texts and values are copied here: what the caller passed may be gone when the batch is run.
struct Batch::State {
    explicit State(TransactionMode m) : mode{m} {}

    std::string_view keep(std::string_view text) {
        if (text.empty()) {
            return {};
        }
        auto* const copy = static_cast<char*>(memory.allocate(text.size(), 1));
        std::memcpy(copy, text.data(), text.size());
        return {copy, text.size()};
    }
    ValueView keep(const ValueView& value) {
        if (value.kind() == Kind::text) {
            return ValueView::text(keep(value.as_text()));
        }
        if (value.kind() == Kind::blob) {
            const auto bytes = value.as_blob();
            const std::string_view copy =
                keep({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
            return ValueView::blob(std::as_bytes(std::span{copy.data(), copy.size()}));
        }
        return value;
    }
    std::span<const ValueView> keep(std::span<const ValueView> values) {
        auto* const copies = static_cast<ValueView*>(
            memory.allocate(values.size() * sizeof(ValueView), alignof(ValueView)));
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::construct_at(copies + i, keep(values[i]));
        }
        return {copies, values.size()};
    }

    TransactionMode mode;
    bool ran{false};
    std::pmr::monotonic_buffer_resource memory{std::size_t{4} * 1024};
    std::vector<BatchStatement> statements;
    std::vector<std::shared_ptr<detail::BatchSlot>> slots;
};

Batch::Batch(Session& session, TransactionMode mode)
    : session_{&session}, state_{std::make_unique<State>(mode)} {}

Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;
Batch::~Batch() = default;

std::size_t Batch::size() const noexcept { return state_->statements.size(); }

BatchResult<std::int64_t> Batch::add_count(std::string_view sql,
                                           std::span<const ValueView> parameters) {
    auto slot = std::make_shared<detail::CountSlot>();
    add(sql, parameters, slot);
    return BatchResult<std::int64_t>{std::move(slot)};
}

void Batch::add(std::string_view sql, std::span<const ValueView> parameters,
                std::shared_ptr<detail::BatchSlot> slot) {
    if (state_->ran) {
        throw Error(Errc::usage, "a statement was added to a batch that has run");
    }
    std::vector<BatchStatement>& all = state_->statements;
    // Mostly the same statement comes again and again.
    const std::string_view text =
        !all.empty() && all.back().sql == sql ? all.back().sql : state_->keep(sql);
    state_->slots.reserve(all.size() + 1);
    all.push_back({text, state_->keep(parameters), slot->wants_rows()});
    state_->slots.push_back(std::move(slot));
}

void Batch::run() {
    if (state_->ran) {
        throw Error(Errc::usage, "a batch was run twice");
    }
    state_->ran = true;
    Answers answers{state_->slots};
    try {
        session_->run_batch(state_->mode, state_->statements, state_->slots, answers);
        answers.succeed();
    } catch (const Error& error) {
        if (!answers.blamed()) {
            answers.fail(std::current_exception());
            throw;
        }
        const Error named = numbered(error, *answers.blamed() + 1, state_->statements.size());
        answers.fail(std::make_exception_ptr(named));
        throw named;
    }
}

Batch Session::batch(TransactionMode mode) & { return Batch{*this, mode}; }

void Session::run_batch(TransactionMode mode, std::span<const BatchStatement> statements,
                        BatchSlots slots, BatchSink& sink) {
    const StoppableCall call{*slot_, stop_};
    check_stop();
    if (statements.empty()) {
        return;
    }
    watched(StatementKind::batch, [&] {
        guarded("a batch", [&] {
            auto* const batches =
                static_cast<BatchExtension*>(connection().extension(batch_extension));
            if (batches != nullptr) {
                batches->run_batch(mode, statements, sink);
            } else {
                run_one_by_one(mode, statements, slots, sink);
            }
        });
    });
}

void Session::run_one_by_one(TransactionMode mode, std::span<const BatchStatement> statements,
                             BatchSlots slots, BatchSink& sink) {
    const std::uint64_t cancels = slot_->cancels.load();
    const auto run_all = [&] {
        for (std::size_t i = 0; i < statements.size(); ++i) {
            try {
                check_stop();
                require_same(cancels, slot_->cancels.load());
                run_one(connection(), statements[i], *slots[i]);
            } catch (...) {
                sink.blame(i);
                throw;
            }
        }
    };
    if (in_transaction()) {
        Savepoint part = savepoint();
        run_all();
        part.release();
    } else {
        Transaction whole = transaction(mode);
        run_all();
        whole.commit();
    }
}

namespace detail {

BatchSlot::~BatchSlot() = default;

void BatchSlot::fail(std::exception_ptr error) noexcept {
    if (error_ == nullptr) {
        error_ = std::move(error);
    }
}

void BatchSlot::require() const {
    if (error_ != nullptr) {
        std::rethrow_exception(error_);
    }
    if (!done_) {
        throw Error(Errc::usage, "a result was asked for before its batch was run");
    }
    if (mismatch_ != nullptr) {
        std::rethrow_exception(mismatch_);
    }
}

}  // namespace detail
}  // namespace enginebay
