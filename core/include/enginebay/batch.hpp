// SPDX-License-Identifier: BSL-1.0
// Batch: many statements in one round trip, each with a result of its own.
// Threads: one thread, the session's.  Ownership: a batch borrows its session and copies the values
// it is given; results live on their own.
//
//     Batch batch = session.batch();
//     auto added = batch.execute("INSERT INTO voices (id, name) VALUES (?, ?)", id, name);
//     auto names = batch.query<std::string>("SELECT name FROM voices");
//     batch.run();
//     for (const std::string& each : names.get()) ...
//
// A batch is all or nothing. Outside a transaction it is one of its own, whose begin and commit
// travel with the statements; inside one it is a part that is undone alone. Where a backend answers
// without a round trip the statements are simply run one after another.
#pragma once

#include <enginebay/codec.hpp>
#include <enginebay/connection.hpp>
#include <enginebay/export.hpp>
#include <enginebay/rows.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace enginebay {

class Session;

namespace detail {

/// What became of one statement.
class ENGINEBAY_API BatchSlot {
public:
    BatchSlot() = default;
    BatchSlot(const BatchSlot&) = delete;
    BatchSlot& operator=(const BatchSlot&) = delete;
    virtual ~BatchSlot();

    [[nodiscard]] virtual bool wants_rows() const noexcept = 0;
    /// Reads all rows. Throws what the cursor reports; a row that is none of the wanted kind is
    /// kept as an error for get().
    virtual void take(Cursor& cursor) = 0;
    virtual void take(std::int64_t changed) noexcept = 0;

    void succeed() noexcept { done_ = true; }
    void fail(std::exception_ptr error) noexcept;
    /// In a handler: a row could not be read as the program wants it; the statement went well.
    void keep_mismatch() noexcept { mismatch_ = std::current_exception(); }
    /// Throws the statement's error; Errc::usage before the batch was run.
    void require() const;

protected:
    void start_rows() noexcept { mismatch_ = nullptr; }
    [[nodiscard]] bool mismatched() const noexcept { return mismatch_ != nullptr; }

private:
    std::exception_ptr error_;
    std::exception_ptr mismatch_;
    bool done_{false};
};

template <class Result>
class BatchSlotOf : public BatchSlot {
public:
    [[nodiscard]] const Result& result() const noexcept { return result_; }

protected:
    Result result_{};
};

class CountSlot final : public BatchSlotOf<std::int64_t> {
public:
    [[nodiscard]] bool wants_rows() const noexcept override { return false; }
    void take(Cursor& /*none*/) override {}
    void take(std::int64_t changed) noexcept override { result_ = changed; }
};

template <class... T>
class RowsSlot final : public BatchSlotOf<std::vector<typename Rows<T...>::Row>> {
public:
    [[nodiscard]] bool wants_rows() const noexcept override { return true; }
    void take(std::int64_t /*none*/) noexcept override {}
    void take(Cursor& cursor) override {
        this->result_.clear();
        this->start_rows();
        try {
            decoder_.emplace(cursor);
        } catch (...) {
            this->keep_mismatch();
        }
        while (const ValueView* cells = cursor.next()) {
            decode_row(cursor, cells);
        }
    }

private:
    void decode_row(const Cursor& cursor, const ValueView* cells) {
        if (this->mismatched()) {
            return;  // read on all the same: the statement shall run to its end
        }
        try {
            this->result_.push_back(decoder_->decode_row(cursor, cells));
        } catch (...) {
            this->keep_mismatch();
        }
    }
    std::optional<Decoder<T...>> decoder_;
};

}  // namespace detail

/// What a statement of a batch will have given.
template <class Result>
class BatchResult {
public:
    explicit BatchResult(std::shared_ptr<const detail::BatchSlotOf<Result>> slot) noexcept
        : slot_{std::move(slot)} {}
    /// After Batch::run(). Throws the statement's own error; Errc::transaction_aborted where
    /// another statement of the batch failed; Errc::usage before.
    [[nodiscard]] const Result& get() const {
        slot_->require();
        return slot_->result();
    }

private:
    std::shared_ptr<const detail::BatchSlotOf<Result>> slot_;
};

class [[nodiscard]] ENGINEBAY_API Batch {
public:
    Batch(Batch&&) noexcept;
    Batch& operator=(Batch&&) noexcept;
    ~Batch();

    /// The number of rows changed.
    template <class... Args>
    BatchResult<std::int64_t> execute(std::string_view sql, const Args&... args) {
        const auto parameters = encode_all(std::index_sequence_for<Args...>{}, args...);
        return add_count(sql, parameters);
    }

    /// All rows, as Session::query_all() gives them.
    template <class... T, class... Args>
    BatchResult<std::vector<typename Rows<T...>::Row>> query(std::string_view sql,
                                                             const Args&... args) {
        static_assert((!detail::is_view<T> && ...), "what it points at would be gone");
        const auto parameters = encode_all(std::index_sequence_for<Args...>{}, args...);
        auto slot = std::make_shared<detail::RowsSlot<T...>>();
        add(sql, parameters, slot);
        return BatchResult<std::vector<typename Rows<T...>::Row>>{std::move(slot)};
    }

    /// As Session::upsert().
    template <Described Row>
    BatchResult<std::int64_t> upsert(std::string_view table,
                                     std::initializer_list<std::string_view> key, const Row& row);

    [[nodiscard]] std::size_t size() const noexcept;

    /// Runs all statements in their order, once. Throws the first failure, which names its
    /// statement by number, 1 for the first; nothing of the batch is kept then.
    void run();

private:
    friend class Session;
    struct State;
    Batch(Session& session, TransactionMode mode);

    template <std::size_t... I, class... Args>
    static std::array<ValueView, sizeof...(Args)> encode_all(std::index_sequence<I...> /*places*/,
                                                             const Args&... args) {
        return {encode(args, Place{I, {}})...};
    }
    BatchResult<std::int64_t> add_count(std::string_view sql,
                                        std::span<const ValueView> parameters);
    void add(std::string_view sql, std::span<const ValueView> parameters,
             std::shared_ptr<detail::BatchSlot> slot);

    Session* session_;
    std::unique_ptr<State> state_;
};

}  // namespace enginebay
